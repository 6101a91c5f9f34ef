"""B001."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix
from dqlkit.linting.lost import barewords
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("B001", "bareword-literal", severity="error")
def bareword_literal(subject: Subject) -> Findings:
    """A value without quotes.

    What: The right side of a comparison is a name, and looks like a value: in capitals, or a level or state. With a
    schema file any name is meant that is no field of the records.
    Why: A name is a field. No record has this one, so that no record is found, without any message.
    Bad: `fetch logs, from:-1h | filter loglevel == ERROR | summarize n = count()`
    Good: `fetch logs, from:-1h | filter loglevel == "ERROR" | summarize n = count()`
    """
    for name in barewords(subject):
        fix = Fix("Quote it", (Edit(name.span, f'"{name.name}"'),), safe=False)
        help = f'Write `"{name.name}"` for the text.'
        yield subject.finding(name.span, f"`{name.name}` is read as a field.", help=help, fix=fix)
