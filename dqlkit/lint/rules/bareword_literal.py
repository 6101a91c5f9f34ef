"""B001."""

from __future__ import annotations

import re

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.syntax.tree import Argument, Binary, Call, Name
from dqlkit.lint.conditions import bare
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]+")

#: Values that are no names of fields.
_VALUES = frozenset(
    [
        "error",
        "warn",
        "warning",
        "debug",
        "trace",
        "fatal",
        "critical",
        "succeeded",
        "failed",
        "closed",
        "enabled",
        "disabled",
    ]
)


@rule("B001", "bareword-literal", severity="error")
def bareword_literal(subject: Subject) -> Findings:
    """A value without quotes.

    What: The right side of a comparison is a name, and looks like a value: in capitals, or a level or state.
    Why: A name is a field. No record has this one, so that no record is found, without any message.
    Bad: `fetch logs, from:-1h | filter loglevel == ERROR | summarize n = count()`
    Good: `fetch logs, from:-1h | filter loglevel == "ERROR" | summarize n = count()`
    """
    names = {argument.alias.name for argument in subject.every(Argument) if argument.alias is not None}
    for node in subject.every(Binary):
        right = bare(node.right)
        if node.operator not in ("==", "!=") or not isinstance(right, Name) or right.quoted or right.name in names:
            continue
        if isinstance(bare(node.left), (Name, Call)) and _is_value(right.name):
            fix = Fix("Quote it", (Edit(right.span, f'"{right.name}"'),), safe=False)
            yield subject.finding(
                right.span, f"`{right.name}` is read as a field.", help=f'Write `"{right.name}"` for the text.', fix=fix
            )


def _is_value(name: str) -> bool:
    return _CAPITALS.fullmatch(name) is not None or name.lower() in _VALUES
