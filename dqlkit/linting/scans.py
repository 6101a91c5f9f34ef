"""Helpers for cost rules: the billed reads of a query, and their time ranges."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.frozen import frozen
from dqlkit.languages.dql.durations import nanoseconds
from dqlkit.languages.dql.objects import data_object
from dqlkit.languages.dql.tree import Command, Pipeline
from dqlkit.languages.syntax.tree import Argument, Binary, Call, Duration, Expression, Hole, Unary, Variable
from dqlkit.linting.conditions import bare
from dqlkit.linting.stages import stage
from dqlkit.linting.subject import Subject, shared
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.types.units import DAY, MONTHS

__all__ = ["Scan", "argument", "is_open", "length", "scans", "span_of"]

#: The lengths of units of the calendar, roughly.
_CALENDAR = {unit: months * 365 * DAY // 12 for unit, months in MONTHS.items()}


@frozen
class Scan:
    """A `fetch` of a billed data object, and the pipeline that it begins."""

    fetch: Command
    pipeline: Pipeline


@shared
def scans(subject: Subject) -> list[Scan]:
    """The billed reads of a query, those of sub-queries among them."""
    return list(_scans(subject))


def _scans(subject: Subject) -> Iterator[Scan]:
    for pipeline in subject.pipelines:
        first = pipeline.commands[0]
        read = stage(subject, first)
        if isinstance(read, Fetch) and first.arguments and first.bad is None and data_object(read.table).billed:
            yield Scan(first, pipeline)


def argument(command: Command | Call, name: str) -> Argument | None:
    """The argument of that name."""
    found = (a for a in command.arguments if a.name is not None and a.name.name.lower() == name.lower())
    return next(found, None)


def length(command: Command) -> int | None:
    """The nanoseconds of the range that `from:` and `to:` ask for, where both are offsets from now."""
    start, end = argument(command, "from"), argument(command, "to")
    if start is None:
        return None
    first, last = _ago(start.value), _ago(end.value) if end is not None else 0
    return first - last if first is not None and last is not None else None


def _ago(node: Expression) -> int | None:
    """How long ago a time is: `-2h`, `now()-2h`, `now()`; rounding is left out of account."""
    node = bare(node)
    if isinstance(node, Binary) and node.operator == "@":
        return _ago(node.left)
    if isinstance(node, Unary) and node.operator == "-" and isinstance(node.operand, Duration):
        return span_of(node.operand)
    if isinstance(node, Call) and node.function.name.lower() == "now":
        return 0
    if isinstance(node, Binary) and node.operator == "-" and isinstance(node.right, Duration):
        before, by = _ago(node.left), span_of(node.right)
        return before + by if before is not None and by is not None else None
    return None


def span_of(duration: Duration) -> int | None:
    """The nanoseconds of a duration, months and years counted roughly."""
    rough = _CALENDAR.get(duration.unit)
    return rough * duration.amount if rough else nanoseconds(duration.amount, duration.unit)


def is_open(command: Command) -> bool:
    """Whether a placeholder among the arguments may stand for any of them."""
    return any(isinstance(a.value, (Hole, Variable)) and a.name is None for a in command.arguments)
