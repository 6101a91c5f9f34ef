"""The field `dt.system.sampling_ratio`, which fetched records have without storing it: how many records one stands for."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from dqlkit.plan.expressions import Column, Expression, Literal, literal, rewrite
from dqlkit.plan.operators import Operator, nodes
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.transform import map_expressions, visible
from dqlkit.plan.walk import all_of, map_operators

__all__ = ["SAMPLING_RATIO", "with_sampling_ratio"]

SAMPLING_RATIO = "dt.system.sampling_ratio"


def with_sampling_ratio(plan: Operator, stored: Container[str]) -> Operator:
    """The plan with the ratio written where a stage reads the field, up to the stage that drops it or makes its own.

    It is the `samplingRatio` that `fetch` asks for, else 1: exported records say nothing of how they were sampled. The
    tables in `stored` have a field of that name, which counts. Like the vendor's other fields under `dt.system` it comes
    out only where it is named.
    """
    if not any(map(_reads_ratio, all_of(plan))):
        return plan
    known: dict[int, tuple[Operator, Mapping[str, Literal]]] = {}

    def changed(operator: Operator) -> Operator:
        values = _agreed(operator, [known[id(source)][1] for source in operator.inputs])
        told = _told(operator, values)
        after = _sampled(operator, stored) if isinstance(operator, Fetch) else visible(operator, values)
        known[id(told)] = told, after
        return told

    return map_operators(plan, changed)


def _reads_ratio(operator: Operator) -> bool:
    return any(isinstance(node, Column) and node.name == SAMPLING_RATIO for node in nodes(operator))


def _agreed(operator: Operator, inputs: Sequence[Mapping[str, Literal]]) -> Mapping[str, Literal]:
    """What holds of the records that come in; where records of all inputs come out, what holds of them all."""
    first, *others = inputs or [{}]
    return first if not operator.adds or all(other == first for other in others) else {}


def _sampled(fetch: Fetch, stored: Container[str]) -> Mapping[str, Literal]:
    ratio = dict(fetch.hints).get("sampling_ratio")
    return {} if fetch.table in stored else {SAMPLING_RATIO: literal(ratio if isinstance(ratio, int) else 1)}


def _told(operator: Operator, values: Mapping[str, Literal]) -> Operator:
    """The operator with fields replaced by their values."""
    read = {node.name for node in nodes(operator) if isinstance(node, Column)}
    if not read & values.keys():
        return operator

    def value(node: Expression) -> Expression | None:
        return values.get(node.name) if isinstance(node, Column) else None

    return map_expressions(operator, lambda one: rewrite(one, value))
