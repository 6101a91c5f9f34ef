"""B013."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dqlkit.languages.syntax.tree import Binary, Call, Name, String
from dqlkit.lint.conditions import bare
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

#: Texts that hold `*` and mean it: media types, times of cron.
_MEANT = re.compile(r"[\w*]+/[\w*.+-]+.*|.*\s\*\s.*|\*+")


@rule("B013", "wildcard-in-equality", severity="warning")
def wildcard_in_equality(subject: Subject) -> Findings:
    """`*` in a text that is compared for equality.

    What: `==`, `!=` and `in()` take `*` as a character like any other.
    Why: Nearly no value holds a star, so that nothing is found.
    Bad: `fetch logs, from:-1h | filter host.name == "*prod*" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter matchesValue(host.name, "*prod*") | summarize n = count()`
    """
    for text in _compared(subject):
        if "*" in text.value and not _MEANT.fullmatch(text.value):
            yield subject.finding(
                text.span,
                "`*` stands for nothing but itself here.",
                help="Use `matchesValue()`, `startsWith()`, `endsWith()`, `contains()` or `~`.",
            )


def _compared(subject: Subject) -> Iterator[String]:
    """Texts that a field must equal; those that name processes are left out."""
    for node in subject.every(Binary):
        sides = bare(node.left), bare(node.right)
        if node.operator in ("==", "!=") and any(_is_tested(side) for side in sides):
            yield from (side for side in sides if isinstance(side, String))
    for call in subject.calls("in"):
        values = [bare(argument.value) for argument in call.arguments]
        if values and isinstance(values[0], Name) and _is_tested(values[0]):
            yield from (value for value in values[1:] if isinstance(value, String))


def _is_tested(node: Expression) -> bool:
    """Whether stars are no part of the values: detected names of processes have some (`server frontend-*`)."""
    return isinstance(node, Call) or (isinstance(node, Name) and "process" not in node.name)
