"""Helpers for rules about order: commands that depend on the order of records, and whether there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dqlkit.frozen import frozen
from dqlkit.functions import find
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Call, walk
from dqlkit.linting.stages import stages
from dqlkit.linting.subject import Subject, shared
from dqlkit.plan.operators import Operator

__all__ = ["Choice", "choices", "groups", "ordered", "sensitive"]


@frozen
class Choice:
    """A command that keeps some records by their order, and whether these were ordered before, are groups or series,
    are aggregated after it."""

    command: Command
    operator: Operator
    ordered: bool
    grouped: bool
    aggregated: bool


@shared
def choices(subject: Subject) -> list[Choice]:
    """Every choice by order of the query."""
    chosen = any(operator.chooses for flow in subject.bound.flows for operator, _ in flow)
    return list(_choices(subject)) if chosen else []


def _choices(subject: Subject) -> Iterator[Choice]:
    for pipeline in subject.pipelines:
        if any(command.hole for command in pipeline.commands):
            continue
        in_order, grouped = pipeline.leading_pipe, False
        for index, command in enumerate(pipeline.commands):
            operators = stages(subject, command)
            if operators and operators[-1].chooses:
                aggregated = any(groups(subject, later) for later in pipeline.commands[index + 1 :])
                yield Choice(command, operators[-1], in_order, grouped, aggregated)
            in_order = ordered(operators, in_order) if operators else True  # nothing is said of what is not known
            grouped = grouped or any(operator.groups for operator in operators)


def ordered(operators: Iterable[Operator], before: bool) -> bool:
    """Whether records that come out of operators are in order: those of one that makes an order, or a single one."""
    for operator in operators:
        made = operator.ordering == "made" or operator.amount == "one"
        before = made or (before and operator.ordering == "kept")
    return before


def groups(subject: Subject, command: Command) -> bool:
    """Whether a command makes one record of many."""
    return any(operator.groups for operator in stages(subject, command))


def sensitive(command: Command) -> bool:
    """Whether a command aggregates in the order of the records."""
    calls = (find(node.function.name, "aggregation") for node in walk(command) if isinstance(node, Call))
    return any(function is not None and function.by_order for function in calls)
