"""S001."""

from __future__ import annotations

from dqlkit import functions
from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.dql import commands
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("S001", "canonical-case", severity="info")
def canonical_case(subject: Subject) -> Findings:
    """A command or function in another letter case than its own.

    What: Names are found in any letter case; one of them is how they are documented.
    Why: One spelling is easier to search for.
    Bad: `fetch logs, from:-1h | Summarize errors = countif(status == "ERROR")`
    Good: `fetch logs, from:-1h | summarize errors = countIf(status == "ERROR")`
    """
    calls = ((call.function, functions.find(call.function.name)) for call in subject.calls())
    stages = ((command.name, commands.find(command.name.name)) for command in subject.commands())
    for written, known in (*calls, *stages):
        name = known.name if known is not None else ""
        if name and written.name != name and written.name.lower() == name.lower():
            fix = Fix(f"Write `{name}`", (Edit(written.span, name),))
            yield subject.finding(written.span, f"`{written.name}` is written `{name}`.", fix=fix)
