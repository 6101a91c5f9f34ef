"""Traversal of plans: operators, their inputs, and the sub-queries inside expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from dqlkit.frozen import fields, replace
from dqlkit.plan.operators import Operator, calls, expressions

__all__ = ["all_of", "expressions", "main_stream", "map_operators", "operators", "with_inputs"]


def operators(plan: Operator) -> Iterator[Operator]:
    """The operator, what it reads from, and the sub-queries of its expressions. It is a loop, since plans may be deep."""
    waiting = [plan]
    while waiting:
        operator = waiting.pop()
        yield operator
        blocks = (one for call in calls(operator) for one in call.arguments if isinstance(one, Operator))
        waiting += [*operator.inputs, *blocks][::-1]


def main_stream(plan: Operator) -> list[Operator]:
    """The operators from the source to the last one, without what is joined or appended."""
    chain = [plan]
    while inputs := chain[-1].inputs:
        chain.append(inputs[0])
    return chain[::-1]


def with_inputs(operator: Operator, below: Callable[[Operator], Operator]) -> Operator:
    """The operator over other inputs; itself where they are the same."""
    for source in operator.inputs:
        if below(source) is not source:
            kind: type = operator.__class__
            made = replace(operator, **{name: below(getattr(operator, name)) for name in _inputs(kind)})
            made._held.update(operator._held)  # its own expressions are the same
            return made
    return operator


@cache
def _inputs(kind: type) -> tuple[str, ...]:
    """The names of the fields of a class that hold its inputs."""
    return tuple(f.name for f in fields(kind) if f.type == "Operator")


def map_operators(plan: Operator, change: Callable[[Operator], Operator]) -> Operator:
    """The plan with every operator changed once that it is over changed inputs; one that is read twice stays one.

    Sub-queries in expressions are not entered.
    """
    done: dict[int, Operator] = {}
    for operator in all_of(plan):
        done[id(operator)] = change(with_inputs(operator, lambda source: done[id(source)]))
    return done[id(plan)]


def all_of(plan: Operator) -> list[Operator]:
    """The operators of a plan, each once and behind those that it reads; sub-queries in expressions are not entered. It is
    a loop, since a plan may be thousands of stages deep."""
    chain = [plan]
    while len(inputs := chain[-1].inputs) == 1:
        chain.append(inputs[0])
    if not inputs:  # as most plans
        return chain[::-1]
    done: dict[int, Operator] = {}
    waiting = [plan]
    while waiting:
        missing = [source for source in waiting[-1].inputs if id(source) not in done]
        waiting += missing
        if not missing:
            operator = waiting.pop()
            done[id(operator)] = operator
    return list(done.values())
