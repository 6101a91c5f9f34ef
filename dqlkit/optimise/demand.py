"""What the later stages of a plan want of an operator's records: which fields, which members of them, and whether the
order in which they come out matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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
from dqlkit.plan.walk import with_inputs
from dqlkit.types.kinds import is_own_key

__all__ = ["Demand", "Path", "all_of", "by_demand", "demands", "lets_pass", "member_of", "sees_order"]

Path: TypeAlias = tuple[str, ...]

#: The empty path: the field as a whole.
_WHOLE: frozenset[Path] = frozenset({()})


@frozen
class Demand:
    """`fields` are the fields that are wanted, each with the paths to the members that are; None for all fields. The
    empty path is the whole field. `ordered` says whether the order of the records matters."""

    fields: Mapping[str, frozenset[Path]] | None
    ordered: bool = True

    def and_that(self, other: Demand) -> Demand:
        """What two readers of one operator want together."""
        ordered = self.ordered or other.ordered
        if self.fields is None or other.fields is None:
            return Demand(None, ordered)
        return Demand(_joined([*self.fields.items(), *other.fields.items()]), ordered)


def by_demand(plan: Operator, change: Callable[[Operator, Demand], Operator]) -> Operator:
    """The plan with every operator changed by what is wanted of it, once it is over changed inputs."""
    wanted = demands(plan)
    done: dict[int, Operator] = {}
    for operator in all_of(plan):
        over = with_inputs(operator, lambda source: done[id(source)])
        done[id(operator)] = change(over, wanted[id(operator)])
    return done[id(plan)]


#: What was asked for last: a plan that a rewrite leaves as it is serves the next one.
_LAST: list[tuple[Operator, Mapping[int, Demand]]] = []


def demands(plan: Operator) -> Mapping[int, Demand]:
    """What is wanted of each operator of a plan, by its identity. Everything is wanted of the last one, in order."""
    known = next((wanted for of, wanted in _LAST[:] if of is plan), None)
    if known is None:
        known = _demands(plan)
        _LAST[:] = [(plan, known)]
    return known


def _demands(plan: Operator) -> Mapping[int, Demand]:
    found = {id(plan): Demand(None)}
    for operator in reversed(all_of(plan)):
        wanted = found[id(operator)]
        for position, source in enumerate(operator.inputs):
            asked = _of_input(operator, position, wanted)
            found[id(source)] = found[id(source)].and_that(asked) if id(source) in found else asked
    return found


def all_of(plan: Operator) -> list[Operator]:
    """The operators of a plan, each behind those that it reads. It is a loop, since plans may be deep."""
    done: dict[int, Operator] = {}
    waiting = [plan]
    while waiting:
        missing = [source for source in waiting[-1].inputs if id(source) not in done]
        waiting += missing
        if not missing:
            operator = waiting.pop()
            done[id(operator)] = operator
    return list(done.values())


def _of_input(operator: Operator, position: int, wanted: Demand) -> Demand:
    ordered = _order_matters(operator, wanted.ordered)
    if position > 0:
        return Demand(
            None, (isinstance(operator, Join) and (operator.first_only or ordered)) or not isinstance(operator, Join)
        )
    if isinstance(operator, Project):
        return Demand(_joined(_of_project(operator, wanted.fields)), ordered)
    if isinstance(operator, Aggregate):
        return Demand(
            _joined(use for field in (*operator.keys, *operator.values) for use in _uses(field.expression)), ordered
        )
    return Demand(_passing(operator, wanted.fields), ordered)


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


def _of_project(
    project: Project, wanted: Mapping[str, frozenset[Path]] | None
) -> Iterator[tuple[str, frozenset[Path]]]:
    for field in project.fields:
        if isinstance(field.expression, Column):
            paths = _WHOLE if wanted is None else wanted.get(field.name)
            if paths:
                yield field.expression.name, paths
        elif wanted is None or field.name in wanted:
            yield from _uses(field.expression)


def _passing(operator: Operator, wanted: Mapping[str, frozenset[Path]] | None) -> Mapping[str, frozenset[Path]] | None:
    """What an operator needs that lets fields pass."""
    needed = operator.needs(None if wanted is None else frozenset(wanted))
    if needed is None or wanted is None:
        return None
    if not isinstance(operator, Stage):
        return dict.fromkeys(needed, _WHOLE)
    read = _joined(use for expression in operator.reads() for use in _uses(expression))
    whole = not lets_pass(operator)
    kept = (name for name in needed if name in wanted and operator.keeps(name))
    passing = {name: _WHOLE if whole else wanted[name] for name in kept}
    others = {name: _WHOLE for name in needed if name not in read and name not in passing}
    return _joined([*read.items(), *passing.items(), *others.items()])


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
