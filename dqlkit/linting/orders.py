"""Where the order of records counts, and where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Call, walk
from dqlkit.linting.subject import Subject, shared

__all__ = ["AGGREGATES", "Limit", "limits", "sensitive"]

#: Commands that turn many records into few.
AGGREGATES = frozenset({"summarize", "maketimeseries", "fieldssummary"})

#: Commands after which the order of the records is still the one that was asked for.
_KEEP_ORDER = frozenset(
    [
        "fields",
        "fieldsadd",
        "fieldskeep",
        "fieldsremove",
        "fieldsrename",
        "fieldsflatten",
        "fieldsmove",
        "filter",
        "filterout",
        "limit",
        "parse",
        "search",
        "expand",
        "lookup",
        "joinnested",
        "jsonextract",
    ]
)
#: Commands that bring records in an order of their own, or so few that it does not count.
_ORDERED = frozenset({"sort", "data", "describe", "fieldssnapshot"})
#: Commands that keep some records by their order.
_CHOOSING = frozenset({"limit", "dedup"})
#: Commands whose records stand for groups of others.
_GROUP = frozenset({"summarize", "maketimeseries", "timeseries"})

#: Aggregations whose result depends on the order of the records.
_SENSITIVE = frozenset(["takefirst", "takelast", "takeany", "collectarray", "collectdistinct"])


class Limit(NamedTuple):
    """A `limit` or `dedup`: whether its records were sorted before, are groups or series, are aggregated after it."""

    command: Command
    sorted: bool
    grouped: bool
    aggregated: bool


@shared
def limits(subject: Subject) -> list[Limit]:
    """Every `limit` and `dedup` of the query."""
    return list(_limits(subject))


def _limits(subject: Subject) -> Iterator[Limit]:
    for pipeline in subject.pipelines:
        if any(command.hole for command in pipeline.commands):
            continue
        ordered, grouped = pipeline.leading_pipe, False
        for index, command in enumerate(pipeline.commands):
            name = command.name.name.lower()
            if name in _CHOOSING:
                rest = {later.name.name.lower() for later in pipeline.commands[index + 1 :]}
                yield Limit(command, ordered or _sorts(command), grouped, bool(rest & AGGREGATES))
            grouped = grouped or name in _GROUP
            ordered = name in _ORDERED or (ordered and name in _KEEP_ORDER) or _is_single(command)


def _sorts(command: Command) -> bool:
    return any(argument.name is not None and argument.name.name.lower() == "sort" for argument in command.arguments)


def _is_single(command: Command) -> bool:
    """Whether there is one record only: an aggregation of all of them, a series."""
    groups = any(argument.name is not None and argument.name.name.lower() == "by" for argument in command.arguments)
    return command.name.name.lower() in _GROUP and not groups


def sensitive(command: Command) -> bool:
    """Whether a command aggregates in the order of the records."""
    return any(isinstance(node, Call) and node.function.name.lower() in _SENSITIVE for node in walk(command))
