"""V003."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.syntax.tree import Binary, Variable
from dqlkit.linting.conditions import null_is_false
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule(
    "V003", "multi-select-equality", severity="warning", contexts=("dashboard-tile", "dashboard-variable"), words=("$",)
)
def multi_select_equality(subject: Subject) -> Findings:
    """A variable with several values compared with `==`.

    What: A variable of which several values may be chosen stands beside `==` or `!=`.
    Why: With more than one value the query means something else or does not run.
    Bad: `fetch logs | filter host.name == $Hosts | summarize n = count()`
    Good: `fetch logs | filter in(host.name, array($Hosts)) | summarize n = count()`
    Note: The examples stand in a dashboard where several `$Hosts` may be chosen.
    """
    known = subject.document.variables or {}
    for node in subject.every(Binary):
        if node.operator not in ("==", "!="):
            continue
        for variable, other in ((node.right, node.left), (node.left, node.right)):
            if isinstance(variable, Variable) and variable.name in known and known[variable.name].multiple:
                no = "not " if node.operator == "!=" else ""
                written = f"{no}in({subject.source(other)}, array({subject.source(variable)}))"
                safe = not no and node.span in null_is_false(subject)  # `in()` is false where a comparison is null
                fix = Fix(f"Write `{written}`", (Edit(node.span, written),), safe)
                message = f"`${variable.name}` may have several values."
                yield subject.finding(node.span, message, help=f"Write `{written}`.", fix=fix)
                break
