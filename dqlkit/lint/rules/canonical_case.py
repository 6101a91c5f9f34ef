"""S001."""

from __future__ import annotations

from dqlkit import functions
from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Call
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject


@rule("S001", "canonical-case", severity="info")
def canonical_case(subject: Subject) -> Findings:
    """A command or function in another letter case than its own.

    What: Names are found in any letter case; one of them is how they are documented.
    Why: One spelling is easier to search for.
    Bad: `fetch logs, from:-1h | Summarize errors = countif(status == "ERROR")`
    Good: `fetch logs, from:-1h | summarize errors = countIf(status == "ERROR")`
    """
    for node in subject.nodes:
        known: object = None
        if isinstance(node, Call):
            written, known = node.function, functions.find(node.function.name)
        elif isinstance(node, Command) and not node.hole:
            written, known = node.name, commands.find(node.name.name)
        name = getattr(known, "name", "")
        if name and written.name != name and written.name.lower() == name.lower():
            fix = Fix(f"Write `{name}`", (Edit(written.span, name),))
            yield subject.finding(written.span, f"`{written.name}` is written `{name}`.", fix=fix)
