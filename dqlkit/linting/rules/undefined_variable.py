"""V001."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.dql.spelling import nearest
from dqlkit.languages.syntax.tree import Variable
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

#: Beginnings of names that the surrounding system defines.
_BUILT_IN = ("dt_", "__")


@rule(
    "V001",
    "undefined-variable",
    severity="error",
    contexts=("dashboard-tile", "dashboard-variable", "file"),
    words=("$",),
)
def undefined_variable(subject: Subject) -> Findings:
    """A variable that the document does not define.

    What: `$name` without a variable of that name; `$dt_…` and `$__…` are built in. The variables of a file of queries are
    those of the `dql-variables.json` at or above it; without such a file nobody knows them.
    Why: The tile shows an error instead of data.
    Bad: `fetch logs | filter host.name == $Hots | summarize n = count()`
    Good: `fetch logs | filter host.name == $Host | summarize n = count()`
    Note: The examples stand in a dashboard that defines `$Host`.
    """
    known = subject.document.variables
    if known is None:
        return
    for node in subject.every(Variable):
        if node.name not in known and not node.name.startswith(_BUILT_IN):
            guess = nearest(node.name, known)
            written = subject.source(node).replace(node.name, guess)
            fix = Fix(f"Write `{written}`", (Edit(node.span, written),), safe=False)
            help = f"Is `${guess}` meant?" if guess else "Define it in the document."
            yield subject.finding(node.span, f"`${node.name}` is not defined.", help=help, fix=fix if guess else None)
