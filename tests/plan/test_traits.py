"""What operators say of themselves holds for what they do: traits against the row-by-row engine."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given

from dqlkit.engines.reference import Interpreter
from dqlkit.frozen import replace
from dqlkit.plan.expressions import Call, Column, walk
from dqlkit.plan.operators import Operator, Row, Stage, nodes
from dqlkit.plan.ops.dedup import Dedup
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.types.order import order_key
from tests.engines.every import CONTEXT, Tables, plan_of
from tests.engines.queries import TABLES, queries
from tests.engines.test_agree import QUICK
from tests.profiles import examples

NAMES = ("a", "b", "s", "k", "m", "t", "d", "xs", "r")


def stages(plan: Operator) -> Iterator[Stage]:
    """The stages of the main stream, but those that do more than make records."""
    while isinstance(plan, Stage):
        if not plan.acts:
            yield plan
        plan = plan.source


class Alone:
    """One stage over records, which are numbered in the field `id`."""

    def __init__(self, stage: Stage, tables: Tables) -> None:
        self.stage, self.tables = replace(stage, source=Fetch("in", known=stage.source.schema)), tables
        self.before = list(Interpreter(tables, CONTEXT).run(stage.source))
        self.before = [row | {"id": number} for number, row in enumerate(self.before)]

    def over(self, rows: list[Row]) -> list[Row]:
        return list(Interpreter({**self.tables, "in": rows}, CONTEXT).run(self.stage))


def alike(rows: list[Row]) -> list[bytes]:
    """Records as they compare, a missing field as null; in no order."""
    return sorted(order_key({name: row[name] for name in sorted(row) if row[name] is not None}) for row in rows)


@QUICK
@given(queries(), TABLES)
def test_traits_hold(text: str, tables: Tables) -> None:
    for stage in stages(plan_of(text)):
        alone = Alone(stage, tables)
        before = alone.before
        after = alone.over(before)
        assert {
            "one": len(after) <= 1,
            "fewer": len(after) <= len(before),
            "same": len(after) == len(before),
            "more": len(after) >= len(before),
            "any": True,
        }[stage.amount], (text, stage)
        numbers = [row["id"] for row in after if row.get("id") is not None]
        if stage.ordering == "kept" and stage.keeps("id"):
            assert numbers == sorted(numbers), (text, stage)
        if not stage.adds:
            assert not alone.over([]), (text, stage)
        by_order = any(isinstance(node, Call) and node.function.by_order for node in nodes(stage))
        if (
            not stage.chooses and not by_order and not isinstance(stage, Dedup)
        ):  # which chooses among those that its `sort` ties
            assert alike(_without(alone.over(before[::-1]), "")) == alike(after), (text, stage)
        _kept(stage, before, after)


def _kept(stage: Stage, before: list[Row], after: list[Row]) -> None:
    """Fields that are kept have the values that came in: those of their record where it has its number still."""
    for name in filter(stage.keeps, NAMES):
        values = {order_key(row.get(name)) for row in before}
        for row in after:
            value, number = order_key(row.get(name)), row.get("id") if stage.keeps("id") else None
            if number is not None:
                assert value == order_key(before[number].get(name)), (name, stage)
            elif not stage.adds:
                assert value in values, (name, stage)


@examples(150)
@given(queries(), TABLES)
def test_fields_that_are_not_read_do_not_count(text: str, tables: Tables) -> None:
    for stage in stages(plan_of(text)):
        alone = Alone(stage, tables)
        read = {node.name for one in stage.reads() for node in walk(one) if isinstance(node, Column)}
        after = alone.over(alone.before)
        for name in NAMES if not stage.reads_all else ():
            if name not in read and any(name in row for row in alone.before):
                without = alone.over(_without(alone.before, name))
                assert alike(_without(without, name)) == alike(_without(after, name)), (text, name, stage)


def _without(rows: list[Row], name: str) -> list[Row]:
    return [{one: value for one, value in row.items() if one != name} for row in rows]
