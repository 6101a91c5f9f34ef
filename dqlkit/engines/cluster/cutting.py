"""Cuts a core plan where an operator needs records of other places.

From the sources on, each operator is put into the fragment of the records that it reads, as long as a part of them is
enough for it. Where it is not, the fragment ends, its records are exchanged, and the next fragment begins. What is left
runs on the driver, the tail: whatever has no rule here, and whatever reads the few records that a query mostly ends with.

Records have an order, which operators and users rely on. Inside a part it is kept; where parts come together, it is made
again by the place of each record (`plan/ops/place.py`), unless later stages cannot see it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias, TypeVar

from dqlkit.engines.cluster.before import (
    counts_once,
    each_once,
    first_of,
    firsts_of,
    halves_of,
    is_read,
    kept,
    narrowed,
    read_of_right,
    reads_one_field,
)
from dqlkit.engines.cluster.fragments import Exchange, Fragment, Inlet, Tail
from dqlkit.engines.cluster.spreads import KEY, PLACE, Keys, Spread
from dqlkit.frozen import field, mutable, replace
from dqlkit.optimise.demand import Demand, demands, sees_order
from dqlkit.plan.expressions import Column, literal
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.append import Append
from dqlkit.plan.ops.dedup import Dedup
from dqlkit.plan.ops.expand import Expand
from dqlkit.plan.ops.fail import Fail
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.join import Join, Nest
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.place import Place
from dqlkit.plan.ops.project import Project, only
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.ops.sort import Order, Sort
from dqlkit.plan.ops.timeseries import OnGrid
from dqlkit.plan.walk import all_of, with_inputs

__all__ = ["cut"]

T = TypeVar("T", bound=Operator)

#: A table with fewer records than this is read on the driver.
SMALL = 50_000
#: The right side of a join goes to every part if its tables have fewer records than this, or than the second number where
#: each worker can read them itself.
_FEW, _MANY = 500_000, 3_000_000
#: The field that holds the place of the right record of a pair.
_OTHER = "\x01other"


Piece: TypeAlias = Spread | Tail


def cut(
    plan: Operator,
    facts: Mapping[str, Facts],
    small: int = SMALL,
    files: Collection[str] = (),
    rarely: Callable[[Aggregate], bool] = lambda _: False,
) -> Tail:
    """A core plan, cut: its last piece, which holds all others. Tables with fewer than `small` records are not worth the way;
    `files` are those that workers read themselves. `rarely` says of groups of records of these whether they rarely hold more
    than one. Where a field has the name of one that pieces need, all runs on the driver."""
    names = {name for operator in all_of(plan) for name in operator.schema.fields}
    if any(name.endswith((PLACE, KEY, _OTHER)) for name in names):  # with the prefix of a join, too
        return Tail(plan)
    cutter = _Cutter(demands(plan), facts, small, files, rarely)
    return cutter.gathered(cutter.piece(plan), Demand(None))


@mutable
class _Cutter:
    wanted: Mapping[int, Demand]
    facts: Mapping[str, Facts]
    small: int
    files: Collection[str]
    rarely: Callable[[Aggregate], bool]
    done: dict[int, Piece] = field(default_factory=dict)
    tails: dict[int, Tail] = field(default_factory=dict)
    pieces: int = 0

    def piece(self, plan: Operator) -> Piece:
        """The piece that makes the records of an operator. A loop, since plans may be deep."""
        waiting = [plan]
        while waiting:
            operator = waiting[-1]
            missing = [source for source in operator.inputs if id(source) not in self.done]
            waiting += missing
            if not missing and id(waiting.pop()) not in self.done:
                self.done[id(operator)] = self._made(operator, [self.done[id(source)] for source in operator.inputs])
        return self.done[id(plan)]

    def _made(self, operator: Operator, inputs: list[Piece]) -> Piece:
        if not inputs:
            return self._source(operator)
        rule = _RULES.get(type(operator))
        found = rule(self, operator, *inputs) if rule and isinstance(inputs[0], Spread) else None
        return found or self._on_driver(operator, inputs)

    def _source(self, operator: Operator) -> Piece:
        rows = self.facts[operator.table].rows if isinstance(operator, Scan) else 0
        if isinstance(operator, Scan) and (rows is None or rows >= self.small):
            return Spread(operator, table=operator.table, rows=rows)
        return Tail(operator)

    def _on_driver(self, operator: Operator, inputs: list[Piece]) -> Tail:
        """The operator on the driver, over whatever its inputs bring there."""
        for source, one in zip(operator.inputs, inputs, strict=True):
            if id(source) not in self.tails:
                self.tails[id(source)] = self.gathered(one, self.wanted[id(source)])
        plan = with_inputs(operator, lambda source: self.tails[id(source)].plan)
        held = (self.tails[id(source)].inlets for source in operator.inputs)
        return Tail(plan, {name: inlet for inlets in held for name, inlet in inlets.items()})

    # ---- exchanges ----------------------------------------------------------------------------------------------

    def gathered(self, piece: Piece, demand: Demand) -> Tail:
        """The records on the driver, in their order where that can be seen."""
        if isinstance(piece, Tail):
            return piece
        spread = piece if demand.fields is None else piece.over(lambda plan: only(plan, kept(piece, demand.fields)))
        plan, inlets = self._brought(spread, "single", ordered=demand.ordered)
        return Tail(plan, inlets)

    def _brought(
        self, spread: Spread, exchange: Exchange, ordered: bool, keys: Keys | None = None, keep: bool = False
    ) -> tuple[Operator, Mapping[str, Inlet]]:
        """The records as they arrive, in their order if `ordered`, and what brings them. With `keep` they keep their place."""
        if ordered and not spread.place:
            spread = spread.placed()
        if not ordered:
            spread = replace(spread, plan=only(spread.plan, spread.fields), place="")
        known, fields = spread.plan.schema, spread.fields
        sent, names = (spread.plan, ()) if keys is None else keys.named(spread.plan)
        fragment = Fragment(self._number(), sent, spread.inlets, spread.table, names)
        plan: Operator = Scan(_inlet(fragment), known=known)
        if ordered and exchange != "none":
            plan = Sort(plan, (Order(Column(spread.place)),))
        return plan if keep else only(plan, fields), {_inlet(fragment): Inlet(fragment, exchange)}

    def _exchanged(self, spread: Spread, exchange: Exchange, keys: Keys | None = None, ordered: bool = True) -> Spread:
        """The records in other parts."""
        plan, inlets = self._brought(spread, exchange, ordered, keys, keep=ordered)
        return Spread(plan, inlets, place=PLACE if ordered else "", rows=spread.rows)

    def _number(self) -> int:
        self.pieces += 1
        return self.pieces

    # ---- operators over records in parts ------------------------------------------------------------------------

    def _one_by_one(self, operator: Filter | Fail, source: Spread) -> Piece:
        return source.over(lambda plan: replace(operator, source=plan))

    def _project(self, operator: Project, source: Spread) -> Piece:
        carried = (Field(source.place, Column(source.place)),) if source.place else ()
        return source.over(lambda plan: replace(operator, source=plan, fields=(*operator.fields, *carried)))

    def _expand(self, operator: Expand, source: Spread) -> Piece:
        opened = source.over(lambda plan: replace(operator, source=plan))
        return opened.placed(numbered=True) if source.place else opened

    def _sort(self, operator: Sort, source: Spread) -> Piece:
        """Each part sorted in itself. That is all, since the place tells the order among parts too."""
        return source.over(lambda plan: replace(operator, source=plan)).placed(operator.keys)

    def _limit(self, operator: Limit, source: Spread) -> Piece | None:
        if operator.count is None:
            return None
        most = operator.offset + operator.count
        few = source.over(lambda plan: first_of(plan, most))
        tail = self.gathered(few, Demand(self.wanted[id(operator)].fields))
        return replace(tail, plan=replace(operator, source=tail.plan))

    def _dedup(self, operator: Dedup, source: Spread) -> Piece:
        """The first ones of each part, and of these the first ones."""
        first = source.over(lambda plan: firsts_of(plan, operator))
        met = self._exchanged(first, "by key", Keys(operator.keys))
        return met.over(lambda plan: replace(operator, source=plan))

    def _groups(self, operator: Aggregate | OnGrid, source: Spread) -> Piece | None:
        """Groups, of what the parts make of their records, or else of the records."""
        here = replace(operator, source=source.plan)
        ordered = sees_order(here)
        halves = None if ordered and source.place else halves_of(here)  # only the parts of a table follow one another
        if isinstance(here, Aggregate) and here.keys and source.table in self.files and self.rarely(here):
            halves = None  # each record would be a group
        if halves is not None:
            first = replace(source, plan=halves.first, place="")
            return self._put_together(operator, first, halves.then, ordered)
        rows = source.over(lambda plan: only(plan, kept(source, operator.needs(frozenset()))))
        if rows.fields and not ordered and counts_once(operator):
            rows = each_once(rows)
            apart = self._of_one_field(operator, rows)
            if apart is not None:
                return apart
        if not operator.keys:
            tail = self.gathered(rows, self.wanted[id(operator.source)])
            return replace(tail, plan=replace(operator, source=tail.plan))
        if isinstance(operator, OnGrid) and operator.needs_extent:
            return None
        met = self._exchanged(rows, "by key", Keys([key.expression for key in operator.keys]), ordered)
        return self._by_groups(operator, met.over(lambda plan: replace(operator, source=only(plan, met.fields))))

    def _of_one_field(self, operator: Aggregate | OnGrid, rows: Spread) -> Piece | None:
        """What is made of the different values of one field, without keys: equal ones come together."""
        halves = halves_of(replace(operator, source=rows.plan), disjoint=True)
        if operator.keys or halves is None or not reads_one_field(operator):
            return None
        met = self._exchanged(rows, "by key", Keys([*map(Column, rows.fields)]), ordered=False)
        return self._put_together(
            operator, met.over(lambda plan: replace(halves.first, source=plan)), halves.then, False
        )

    def _put_together(
        self, operator: Aggregate | OnGrid, first: Spread, then: Callable[[Operator], Operator], ordered: bool
    ) -> Piece:
        """The second half of an aggregation: by key in parts, or without keys on the driver."""
        if not operator.keys:
            tail = self.gathered(first, Demand(None, ordered))
            return replace(tail, plan=then(tail.plan))
        met = self._exchanged(first, "by key", Keys([Column(key.name) for key in operator.keys]), ordered)
        return self._by_groups(operator, met.over(lambda plan: then(only(plan, met.fields))))

    def _by_groups(self, operator: Aggregate | OnGrid, groups: Spread) -> Spread:
        """Groups, which come in the order of their keys if in any."""
        if isinstance(operator, Aggregate) and operator.unordered:
            return replace(groups, plan=only(groups.plan, groups.fields), place="")
        keys = tuple(Order(Column(key.name)) for key in operator.keys)
        return replace(groups, place="").renamed(Place(groups.plan, KEY, keys))

    def _join(self, operator: Join | Nest, left: Spread, right: Piece) -> Piece | None:
        outer = isinstance(operator, Join) and operator.kind == "outer"
        wanted, join = self.wanted[id(operator)], narrowed(operator, self.wanted[id(operator)])
        if outer and isinstance(right, Tail):
            return None
        if isinstance(right, Tail) or (self._is_small(right) and not outer):
            paired = self._beside(join, left, right)
        else:
            ours = left.over(lambda plan: only(plan, kept(left, self.wanted[id(operator.source)].fields)))
            paired = self._met(join, ours, right, outer, wanted.ordered or outer)
        return paired if isinstance(operator, Nest) or not paired.place else self._pairs(paired, outer)

    def _is_small(self, right: Spread) -> bool:
        """Whether the records of a right side can be in every part."""
        most = _MANY if right.table in self.files and is_read(right.plan) else _FEW
        return right.rows is not None and right.rows < most

    def _beside(self, operator: Join | Nest, left: Spread, right: Piece) -> Spread:
        """The right side, which is small, in every part of the left one. The driver makes it of the tables, or each worker."""
        tail = right if isinstance(right, Tail) else Tail(operator.other)
        if isinstance(operator, Join):
            tail = replace(tail, plan=only(tail.plan, read_of_right(operator)))
            if operator.first_only and operator.fields:  # found once, and not again in each part
                tail = replace(tail, plan=Dedup(tail.plan, tuple(key.right for key in operator.keys)))
                operator = replace(operator, first_only=False)
        tail = replace(tail, number=self._number())
        other = Scan(_inlet(tail), known=tail.plan.schema)
        inlets = {**left.inlets, _inlet(tail): Inlet(tail, "broadcast")}
        return replace(left, plan=replace(operator, source=left.plan, other=other), inlets=inlets)

    def _met(self, operator: Join | Nest, left: Spread, right: Spread, outer: bool, ordered: bool) -> Spread:
        """Both sides in parts by key. The order of the right one tells which partner is the first one."""
        if isinstance(operator, Join):
            right = right.over(lambda plan: only(plan, kept(right, read_of_right(operator))))
        lefts, rights = Keys([key.left for key in operator.keys]), Keys([key.right for key in operator.keys])
        plain = lefts.kinds(left.plan) == rights.kinds(right.plan)
        chosen = ordered or isinstance(operator, Nest) or operator.first_only
        ours = self._exchanged(left, "by key", replace(lefts, plain=plain), ordered)
        theirs = self._exchanged(right, "by key", replace(rights, plain=plain), chosen)
        joined = replace(operator, source=ours.plan, other=only(theirs.plan, theirs.fields))
        if outer and isinstance(joined, Join):
            names = tuple((name, name) for name in theirs.fields)
            held = Project(
                theirs.plan, tuple(Field(n, Column(n)) for n in theirs.fields) + (Field(_OTHER, Column(PLACE)),)
            )
            joined = replace(joined, other=held, fields=(*(operator.fields or names), (_OTHER, _OTHER)))
        return replace(ours, plan=joined, inlets={**ours.inlets, **theirs.inlets}, rows=None)

    def _pairs(self, paired: Spread, outer: bool) -> Spread:
        """Pairs of records in the order of the left ones, then of the right ones."""
        if not outer:
            return paired.placed(numbered=True)
        other = next(name for name in paired.plan.schema.fields if name.endswith(_OTHER))
        keys = (Order(Column(paired.place)), Order(Column(other)))
        whole = paired.renamed(Place(paired.plan, KEY, keys, numbered=True))
        return whole.over(lambda plan: only(plan, [name for name in plan.schema.fields if name != other]))

    def _append(self, operator: Append, first: Spread, second: Piece) -> Piece | None:
        if isinstance(second, Tail):
            return None
        sides = [self._behind(spread, number) for number, spread in enumerate((first, second))]
        plan = replace(operator, source=sides[0].plan, other=sides[1].plan)
        rows = None if first.rows is None or second.rows is None else first.rows + second.rows
        return Spread(plan, {**sides[0].inlets, **sides[1].inlets}, place=PLACE, rows=rows)

    def _behind(self, spread: Spread, number: int) -> Spread:
        """The records of one side, placed behind those of the sides before."""
        return self._exchanged(spread.placed((Order(literal(number)),)), "none")


def _inlet(source: Fragment | Tail) -> str:
    """The name by which the records of a piece are scanned."""
    return f"\x01inlet{source.number}"


#: What is done with an operator whose first input is in parts; it gets the inputs, and yields None to leave it to the driver.
_RULES: Mapping[type[Operator], Callable[..., Piece | None]] = {
    Aggregate: _Cutter._groups,
    Append: _Cutter._append,
    Dedup: _Cutter._dedup,
    Expand: _Cutter._expand,
    Fail: _Cutter._one_by_one,
    Filter: _Cutter._one_by_one,
    Join: _Cutter._join,
    Limit: _Cutter._limit,
    Nest: _Cutter._join,
    OnGrid: _Cutter._groups,
    Project: _Cutter._project,
    Sort: _Cutter._sort,
}
