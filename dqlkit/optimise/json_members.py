"""Of JSON texts only the members that are used are read: where a record that a text spells is only ever asked for
members, these become fields of their own.

Before:

    fetch logs | parse content, "JSON:p" | filter p[a][b] > 1 | summarize n = count(), by:{c = p[c]}

After:

    Aggregate keys={c = p.c} values={n = count()}
      Filter condition=greater(p.a.b, 1)
        Project fields={p.a.b = jsonAt(content, ["a", "b"], "JSON:p"), p.c = jsonAt(content, ["c"], "JSON:p")}
          Scan table=logs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from dqlkit.frozen import field, mutable, replace
from dqlkit.functions.function import ABSENT
from dqlkit.functions.get import get_record_field
from dqlkit.functions.members import json_at
from dqlkit.optimise.demand import Fields, Path, lets_pass, member_of
from dqlkit.optimise.known import Known
from dqlkit.plan.expressions import Call, Column, Expression, Literal, literal
from dqlkit.plan.expressions import rewrite as rewritten
from dqlkit.plan.operators import Field, Operator, calls, copied
from dqlkit.plan.ops.project import Project
from dqlkit.plan.transform import map_expressions
from dqlkit.types.kinds import STRING, Array

__all__ = ["rewrite"]

Pieces: TypeAlias = Mapping[str, Mapping[Path, str]]
"""For fields that became several: the names of these, by the path to the member that each holds."""


def rewrite(known: Known) -> Operator:
    called = {call.function for one in known.operators for call in calls(one)}
    texts = {one for one in called if one.json_hook is not None}
    if not texts or (texts == {json_at} and get_record_field not in called):  # which asks for no members
        return known.plan
    members = _Members()
    return known.changed(lambda operator: members.read(operator, known.wanted))


def _reads_json(call: Call) -> bool:
    return call.function.json_hook is not None


@mutable
class _Members:
    """`pieces` are the fields that an operator yields in pieces, by its identity."""

    pieces: dict[int, tuple[Operator, Pieces]] = field(default_factory=dict)

    def read(self, operator: Operator, wanted: Fields | None) -> Operator:
        """The operator over the pieces of fields that come in pieces, and with its own fields in pieces."""
        source = operator.inputs[0] if operator.inputs else operator
        given = self.pieces[id(source)][1] if id(source) in self.pieces else {}
        made, pieces = _over(operator, given) if given else (operator, {})
        if isinstance(made, Project) and wanted is not None:
            made, own = _apart(made, wanted)
            pieces = {**pieces, **own}
        made = _direct(made)
        if pieces:
            self.pieces[id(made)] = made, pieces
        return made


def _over(operator: Operator, given: Pieces) -> tuple[Operator, Pieces]:
    """The operator with the pieces in place of members; and which fields come out in pieces."""

    def piece(node: Expression) -> Expression | None:
        held, path = member_of(node)
        return Column(given[held.name][path]) if isinstance(held, Column) and held.name in given else None

    given_on: dict[str, Mapping[Path, str]] = {}
    if isinstance(operator, Project):
        copies = {f.name: f.expression.name for f in operator.fields if isinstance(f.expression, Column)}
        given_on = {name: given[old] for name, old in copies.items() if old in given}
        passed = tuple(copied(name) for pieces in given_on.values() for name in pieces.values())
        rest = tuple(field for field in operator.fields if field.name not in given_on)
        operator = replace(operator, fields=(*rest, *{one.name: one for one in passed}.values()))
    changed = map_expressions(operator, lambda one: rewritten(one, piece))
    return changed, given if lets_pass(operator) else given_on


def _apart(project: Project, wanted: Mapping[str, frozenset[Path]]) -> tuple[Project, Pieces]:
    """The projection with the members that are wanted in place of the objects that JSON texts spell."""
    own = {
        f.name: wanted[f.name] for f in project.fields if () not in wanted.get(f.name, {()}) and _spells(f.expression)
    }
    if not own:
        return project, {}
    names = {field: {path: ".".join((field, *path)) for path in sorted(paths)} for field, paths in own.items()}
    taken = {*project.schema.fields, *project.source.schema.fields}
    names = {field: {path: _fresh(name, taken) for path, name in held.items()} for field, held in names.items()}
    made = (one for field in project.fields for one in (_members(field, names) if field.name in names else (field,)))
    return replace(project, fields=tuple(made)), names


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"\x01{name}"
    taken.add(name)
    return name


def _members(field: Field, names: Pieces) -> Iterator[Field]:
    for path, name in names[field.name].items():
        expression = _member(field.expression, path)
        assert expression is not None
        yield Field(name, expression)


def _direct(operator: Operator) -> Operator:
    """The operator with members of JSON texts read from the texts themselves."""
    if not any(map(_reads_json, calls(operator))):
        return operator
    return map_expressions(operator, lambda one: rewritten(one, _read_directly))


def _read_directly(node: Expression) -> Expression | None:
    return _member(*member_of(node)) if isinstance(node, Call) else None


def _spells(expression: Expression) -> bool:
    """Whether an expression is an object that a JSON text spells, or a member of one."""
    return _member(expression, ("a",)) is not None


def _member(expression: Expression, path: Path) -> Expression | None:
    """What is at a path of an expression, read from the JSON text that spells it; None where none does, or where the
    expression is that already."""
    call, below = member_of(expression)
    if not isinstance(call, Call) or call.function.json_hook is None:
        return None
    text, *others = call.arguments
    given = [
        one.value if isinstance(one, Literal) else ABSENT for one in others if one is None or isinstance(one, Literal)
    ]
    if not isinstance(text, Expression) or len(given) < len(others):
        return None
    place = call.function.json_hook(*given)
    whole = (*below, *path)
    if place is None or whole[: len(place.found)] != place.found:
        return None
    if call.function is json_at and not whole:
        return None
    inside = [*place.path, *whole[len(place.found) :]]
    return Call(json_at, (text, Literal(inside, Array(STRING)), literal(place.pattern)))
