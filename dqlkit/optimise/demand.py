"""What the later stages of a plan want of an operator's records: which fields, which members of them, and whether the
order in which they come out matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import starmap
from typing import TypeAlias

from dqlkit.frozen import frozen
from dqlkit.functions.get import get_record_field
from dqlkit.plan.expressions import Call, Column, Expression, Literal, children
from dqlkit.plan.operators import Operator, Stage, calls
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Sort
from dqlkit.plan.ops.timeseries import OnGrid
from dqlkit.plan.typing import infer
from dqlkit.plan.walk import all_of
from dqlkit.types.kinds import is_own_key

__all__ = ["Demand", "Fields", "Orders", "Path", "Reading", "demands", "lets_pass", "member_of", "sees_order"]

Path: TypeAlias = tuple[str, ...]
Fields: TypeAlias = Mapping[str, frozenset[Path]]
Uses: TypeAlias = tuple[tuple[str, frozenset[Path]], ...]

#: The empty path: the field as a whole.
_WHOLE: frozenset[Path] = frozenset({()})
_NOTHING: frozenset[Path] = frozenset()


@frozen
class Demand:
    """`fields` are the fields that are wanted, each with the paths to the members that are; None for all fields. The
    empty path is the whole field. `ordered` says whether the order of the records matters."""

    fields: Fields | None
    ordered: bool = True


def demands(plan: Operator) -> Mapping[int, Demand]:
    """What is wanted of each operator of a plan, by its identity."""
    operators = all_of(plan)
    fields, orders = Reading().of(operators), Orders(operators)
    return {id(one): Demand(fields[id(one)], orders.matters(one)) for one in operators}


class Reading:
    """Works out which fields are wanted of operators. What an expression reads is found once: most of a plan's expressions
    outlive what is rewritten of it."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[Expression, Uses]] = {}

    def of(self, operators: Sequence[Operator]) -> Mapping[int, Fields | None]:
        """The fields that are wanted of each operator, by its identity. Each stands behind those that it reads; of the last
        one everything is wanted."""
        found: dict[int, Fields | None] = {id(operators[-1]): None}
        for operator in reversed(operators):
            wanted = found[id(operator)]
            for position, source in enumerate(operator.inputs):
                asked = self._of_input(operator, wanted) if position == 0 else None
                others = found.get(id(source), asked)
                found[id(source)] = asked if others is asked else _of_both(asked, others)
        return found

    def _of_input(self, operator: Operator, wanted: Fields | None) -> Fields | None:
        if isinstance(operator, Project):
            return self._of_project(operator, wanted)
        if isinstance(operator, Aggregate):
            return self._joined({}, (field.expression for field in (*operator.keys, *operator.values)))
        return self._passing(operator, wanted)

    def _of_project(self, project: Project, wanted: Fields | None) -> Fields:
        found: dict[str, frozenset[Path]] = {}
        computed = []
        for field in project.fields:
            paths = _WHOLE if wanted is None else wanted.get(field.name)
            if paths is None:
                continue
            if isinstance(field.expression, Column):
                name = field.expression.name
                known = found.get(name, paths)
                found[name] = known if known is paths else known | paths
            else:
                computed.append(field.expression)
        return self._joined(found, computed)

    def _passing(self, operator: Operator, wanted: Fields | None) -> Fields | None:
        """What an operator needs that lets fields pass."""
        if wanted is None:
            return None
        if lets_pass(operator) and not operator.reads_all and all(map(operator.keeps, wanted)):  # as most do
            return self._joined(dict(wanted), operator.reads())
        needed = operator.needs(frozenset(wanted))
        if needed is None:
            return None
        if not isinstance(operator, Stage):
            return dict.fromkeys(needed, _WHOLE)
        read = self._joined({}, operator.reads())
        whole = not lets_pass(operator)
        found = dict(read)
        for name in needed:
            if name in wanted and operator.keeps(name):
                paths = _WHOLE if whole else wanted[name]
                found[name] = paths | read[name] if name in read else paths
            elif name not in read:
                found[name] = _WHOLE
        return found

    def _joined(self, found: dict[str, frozenset[Path]], expressions: Iterable[Expression]) -> Fields:
        """These fields and those that expressions read, with the path to what they read of them."""
        for one in expressions:
            uses = self._read.get(id(one))
            if uses is None:
                uses = self._read[id(one)] = one, tuple(_uses(one))
            for name, paths in uses[1]:
                known = found.get(name, paths)
                found[name] = known if known is paths else known | paths
        return found


def _of_both(one: Fields | None, other: Fields | None) -> Fields | None:
    """The fields that two readers of one operator want together."""
    if one is None or other is None:
        return None
    return {name: one.get(name, _NOTHING) | other.get(name, _NOTHING) for name in (*one, *other)}


class Orders:
    """Whether the order of the records of each operator matters; each of `operators` stands behind those that it reads. Plans
    are gone over from their end, and no further than is asked: for groups types have to be known."""

    def __init__(self, operators: Sequence[Operator]) -> None:
        self._left = [*operators]
        self._found: dict[int, bool] = {}
        self._readers: dict[int, list[tuple[Operator, int]]] = {}
        for operator in operators:
            for position, source in enumerate(operator.inputs):
                self._readers.setdefault(id(source), []).append((operator, position))

    def matters(self, operator: Operator) -> bool:
        while id(operator) not in self._found:
            one = self._left.pop()
            readers = self._readers.get(id(one))
            self._found[id(one)] = readers is None or any(starmap(self._matters_to, readers))
        return self._found[id(operator)]

    def _matters_to(self, reader: Operator, position: int) -> bool:
        """Whether the order of the records matters that come in at a position."""
        if position > 0 and (not isinstance(reader, Join) or reader.first_only):
            return True
        if reader.groups:
            return sees_order(reader)
        plain = isinstance(reader, (Filter, Join, Project, Sort)) and not reader.acts
        return not plain or self._found[id(reader)]


def sees_order(operator: Operator) -> bool:
    """Whether the order of the records shows in groups of them: by a function, or in which of equal keys is shown."""
    return any(call.function.by_order for call in calls(operator)) or _has_equal_keys(operator)


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
