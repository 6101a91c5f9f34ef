"""B013."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.languages.syntax.tree import Binary, Call, Expression, Name, String
from dqlkit.linting.conditions import bare
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.regex import regex

#: Texts that hold `*` and mean it: media types, times of cron.
_MEANT = regex(r"[\w*]+/[\w*.+-]+.*|.*\s\*\s.*|\*+")
#: Names of workloads and their processes, in which a star stands for what differs from one to the next.
_NAME_WITH_STAR = regex(r"[^*]*-\*")


@rule("B013", "wildcard-in-equality", severity="warning", words=("*",))
def wildcard_in_equality(subject: Subject) -> Findings:
    """`*` in a text that is compared for equality.

    What: `==`, `!=` and `in()` take `*` as a character like any other.
    Why: Nearly no value holds a star, so that nothing is found.
    Bad: `fetch logs, from:-1h | filter host.name == "*prod*" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter matchesValue(host.name, "*prod*") | summarize n = count()`
    """
    for field, text in _compared(subject):
        if "*" in text.value and not _MEANT.fullmatch(text.value) and not _names_process(field, text.value):
            yield subject.finding(
                text.span,
                "`*` stands for nothing but itself here.",
                help="Use `matchesValue()`, `startsWith()`, `endsWith()`, `contains()` or `~`.",
            )


def _compared(subject: Subject) -> Iterator[tuple[Expression, String]]:
    """Texts that something must equal, with what must."""
    for node in subject.every(Binary):
        left, right = bare(node.left), bare(node.right)
        if node.operator in ("==", "!="):
            for tested, text in ((left, right), (right, left)):
                if isinstance(tested, (Name, Call)) and isinstance(text, String):
                    yield tested, text
    for call in subject.calls("in"):
        values = [bare(argument.value) for argument in call.arguments]
        if values and isinstance(values[0], Name):
            yield from ((values[0], value) for value in values[1:] if isinstance(value, String))


def _names_process(field: Expression, value: str) -> bool:
    """Whether the star may be part of the name: detected names of processes and of what they run have some at the end,
    as in `server frontend-*`."""
    process = isinstance(field, Name) and "process" in field.name and not value.startswith("*")
    return process or bool(_NAME_WITH_STAR.fullmatch(value))
