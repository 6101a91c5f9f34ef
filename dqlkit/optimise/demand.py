"""What the later stages of a plan want of an operator's records: which fields, which members of them, and whether the
order in which they come out matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from dqlkit.frozen import frozen
from dqlkit.functions.get import get_record_field
from dqlkit.plan.expressions import Call, Column, Expression, Literal, children
from dqlkit.plan.operators import Operator, Stage, nodes
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Sort
from dqlkit.plan.ops.timeseries import OnGrid
from dqlkit.plan.typing import infer
from dqlkit.plan.walk import all_of
from dqlkit.types.kinds import is_own_key

__all__ = ["Demand", "Demands", "Path", "demands", "lets_pass", "member_of", "sees_order"]

Path: TypeAlias = tuple[str, ...]
Fields: TypeAlias = Mapping[str, frozenset[Path]]
Uses: TypeAlias = tuple[tuple[str, frozenset[Path]], ...]

#: The empty path: the field as a whole.
_WHOLE: frozenset[Path] = frozenset({()})


@frozen
class Demand:
    """`fields` are the fields that are wanted, each with the paths to the members that are; None for all fields. The
    empty path is the whole field. `ordered` says whether the order of the records matters."""

    fields: Fields | None
    ordered: bool = True

    def and_that(self, other: Demand) -> Demand:
        """What two readers of one operator want together."""
        ordered = self.ordered or other.ordered
        if self.fields is None or other.fields is None:
            return Demand(None, ordered)
        return Demand(_joined([*self.fields.items(), *other.fields.items()]), ordered)


def demands(plan: Operator) -> Mapping[int, Demand]:
    """What is wanted of each operator of a plan, by its identity."""
    return Demands().of(all_of(plan))


class Demands:
    """Works out what is wanted of operators. What an expression reads is found once: most of a plan's expressions outlive
    what is rewritten of it."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[Expression, Uses]] = {}

    def of(self, operators: Sequence[Operator]) -> Mapping[int, Demand]:
        """What is wanted of each operator, by its identity. Each stands behind those that it reads; of the last one
        everything is wanted, in order."""
        found = {id(operators[-1]): Demand(None)}
        for operator in reversed(operators):
            wanted = found[id(operator)]
            for position, source in enumerate(operator.inputs):
                asked = self._of_input(operator, position, wanted)
                found[id(source)] = found[id(source)].and_that(asked) if id(source) in found else asked
        return found

    def _of_input(self, operator: Operator, position: int, wanted: Demand) -> Demand:
        ordered = _order_matters(operator, wanted.ordered)
        if position > 0:
            return Demand(
                None,
                (isinstance(operator, Join) and (operator.first_only or ordered)) or not isinstance(operator, Join),
            )
        if isinstance(operator, Project):
            return Demand(_joined(self._of_project(operator, wanted.fields)), ordered)
        if isinstance(operator, Aggregate):
            return Demand(
                _joined(self._uses(field.expression for field in (*operator.keys, *operator.values))), ordered
            )
        return Demand(self._passing(operator, wanted.fields), ordered)

    def _of_project(self, project: Project, wanted: Fields | None) -> Iterator[tuple[str, frozenset[Path]]]:
        for field in project.fields:
            if isinstance(field.expression, Column):
                paths = _WHOLE if wanted is None else wanted.get(field.name)
                if paths:
                    yield field.expression.name, paths
            elif wanted is None or field.name in wanted:
                yield from self._uses((field.expression,))

    def _passing(self, operator: Operator, wanted: Fields | None) -> Fields | None:
        """What an operator needs that lets fields pass."""
        if wanted is None or (needed := operator.needs(frozenset(wanted))) is None:
            return None
        if not isinstance(operator, Stage):
            return dict.fromkeys(needed, _WHOLE)
        read = _joined(self._uses(operator.reads()))
        whole = not lets_pass(operator)
        found = dict(read)
        for name in needed:
            if name in wanted and operator.keeps(name):
                paths = _WHOLE if whole else wanted[name]
                found[name] = paths | read[name] if name in read else paths
            elif name not in read:
                found[name] = _WHOLE
        return found

    def _uses(self, expressions: Iterable[Expression]) -> Iterator[tuple[str, frozenset[Path]]]:
        """The fields that expressions read, with the path to what they read of them."""
        for one in expressions:
            known = self._read.get(id(one))
            if known is None:
                known = self._read[id(one)] = one, tuple(_uses(one))
            yield from known[1]


def _order_matters(operator: Operator, wanted: bool) -> bool:
    """Whether the order of the records that come in matters."""
    if operator.groups:
        return sees_order(operator)
    plain = isinstance(operator, (Filter, Join, Project, Sort)) and not operator.acts
    return wanted or not plain


def sees_order(operator: Operator) -> bool:
    """Whether the order of the records shows in groups of them: by a function, or in which of equal keys is shown."""
    calls = (node for node in nodes(operator) if isinstance(node, Call))
    return any(call.function.by_order for call in calls) or _has_equal_keys(operator)


def _has_equal_keys(operator: Operator) -> bool:
    """Whether keys of one group may differ, as 1 and 1.0 do."""
    if not isinstance(operator, (Aggregate, OnGrid)):
        return False
    return not all(is_own_key(infer(key.expression, operator.source.schema)) for key in operator.keys)


def lets_pass(operator: Operator) -> bool:
    """Whether it only chooses or arranges records, with all of their fields."""
    return isinstance(operator, Stage) and len(operator.inputs) == 1 and not (operator.computes or operator.closes)


def _uses(expression: Expression) -> Iterator[tuple[str, frozenset[Path]]]:
    """The fields that an expression reads, with the path to what it reads of them."""
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        held, path = member_of(one)
        if isinstance(held, Column):
            yield held.name, frozenset({path}) if path else _WHOLE
        else:
            waiting += children(one)


def member_of(expression: Expression) -> tuple[Expression, Path]:
    """What an expression takes a member of, and the path to it; itself and the empty path for any other."""
    path: list[str] = []
    while isinstance(expression, Call) and expression.function is get_record_field:
        held, name = expression.arguments
        if not isinstance(held, Expression) or not isinstance(name, Literal) or not isinstance(name.value, str):
            break
        path.insert(0, name.value)
        expression = held
    return expression, tuple(path)


def _joined(uses: Iterable[tuple[str, frozenset[Path]]]) -> dict[str, frozenset[Path]]:
    found: dict[str, frozenset[Path]] = {}
    for name, paths in uses:
        known = found.get(name, paths)
        found[name] = known if known is paths else known | paths
    return found
