"""Traversal of plans: operators, their inputs, and the sub-queries inside expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dqlkit.frozen import fields, replace
from dqlkit.plan.expressions import Call
from dqlkit.plan.operators import Operator, expressions, nodes

__all__ = ["expressions", "main_stream", "map_operators", "operators", "with_inputs"]


def operators(plan: Operator) -> Iterator[Operator]:
    """The operator, what it reads from, and the sub-queries of its expressions."""
    yield plan
    for source in plan.inputs:
        yield from operators(source)
    for node in nodes(plan):
        if isinstance(node, Call):
            for argument in node.arguments:
                if isinstance(argument, Operator):
                    yield from operators(argument)


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
            held = {f.name: getattr(operator, f.name) for f in fields(operator) if f.init}
            inputs: dict[str, Any] = {name: below(value) for name, value in held.items() if isinstance(value, Operator)}
            return replace(operator, **inputs)
    return operator


def map_operators(plan: Operator, change: Callable[[Operator], Operator]) -> Operator:
    """The plan with every operator changed once that it is over changed inputs; one that is read twice stays one.

    Sub-queries in expressions are not entered. It is a loop, since a plan may be thousands of stages deep.
    """
    done: dict[int, Operator] = {}
    waiting = [plan]
    while waiting:
        operator = waiting[-1]
        missing = [source for source in operator.inputs if id(source) not in done]
        waiting += missing
        if not missing and id(waiting.pop()) not in done:
            done[id(operator)] = change(with_inputs(operator, lambda source: done[id(source)]))
    return done[id(plan)]
