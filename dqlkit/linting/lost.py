"""Finds fields that are read but cannot exist at that stage."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Span
from dqlkit.frozen import frozen
from dqlkit.languages.dql.spelling import nearest
from dqlkit.languages.syntax.tree import Argument, Binary, Call, Expression, Index, Name, walk
from dqlkit.linting.conditions import bare, operands
from dqlkit.linting.flows import remover
from dqlkit.linting.placeholders import placeholders
from dqlkit.linting.subject import Subject, shared
from dqlkit.plan.expressions import Column
from dqlkit.plan.flow import Flow
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.project import Project
from dqlkit.plan.schema import Schema
from dqlkit.regex import regex

__all__ = ["Lost", "barewords", "hyphenated_members", "lost_fields"]

#: The default of a series in its name.
_DEFAULT = regex(r"(?:,\s*)?\bdefault:\s*[^,()]+")
_CAPITALS = regex(r"[A-Z][A-Z0-9_]+")

#: Values that are no names of fields.
_VALUES = frozenset(
    (
        "error",
        "warn",
        "warning",
        "debug",
        "trace",
        "fatal",
        "critical",
        "succeeded",
        "failed",
        "closed",
        "enabled",
        "disabled",
    )
)


@frozen
class Lost:
    """`stage` is the command that dropped it, if one did; `prefixed` the same field as a join brought it."""

    name: str
    span: Span
    stage: str
    prefixed: str
    help: str


@shared
def lost_fields(subject: Subject) -> list[Lost]:
    """Every field that is read where no record can have it, reported once; unquoted values are not counted."""
    values = {value.span for value in barewords(subject)}
    return [lost for lost in _missing(subject) if lost.span not in values]


@shared
def barewords(subject: Subject) -> list[Name]:
    """Names beside `==` or `!=`, or in the list of `in()`, that are unquoted values and not fields.

    They look like values (in capitals, a level, a state) and nothing in the query makes a field of the name; where the
    user told what tables hold, any name that is no field.
    """
    found = [name for name in _compared(subject) if not name.quoted]
    if not found:
        return found
    names = {argument.alias.name for argument in subject.every(Argument) if argument.alias is not None}
    unknown = {lost.span for lost in _missing(subject)} if subject.schema else set()
    return [name for name in found if name.name not in names and (name.span in unknown or _is_value(name))]


def _is_value(name: Name) -> bool:
    return bool(_CAPITALS.fullmatch(name.name)) or name.name.lower() in _VALUES


def _compared(subject: Subject) -> Iterator[Name]:
    """Names that stand where values do: right of a field, left of one that looks like none, and listed after one."""
    for node in subject.operations("==", "!="):
        left, right = bare(node.left), bare(node.right)
        for name, other in ((right, left), (left, right)):
            if isinstance(name, Name) and (name is right or _is_value(name)):
                plain = isinstance(other, Name) and not _is_value(other)  # some tables call all of their fields so
                if plain or isinstance(other, Call):
                    yield name
    for call in subject.calls("in"):
        values = [bare(argument.value) for argument in call.arguments]
        if values and isinstance(values[0], Name):
            yield from (value for value in values[1:] if isinstance(value, Name) and _is_value(value))


@shared
def _missing(subject: Subject) -> list[Lost]:
    return list(_lost(subject))


def _lost(subject: Subject) -> Iterator[Lost]:
    absent = list(_absent(subject))
    members = list(hyphenated_members(subject)) if absent else []
    seen = {part.span for member in members for part in walk(member) if isinstance(part, Name)}
    for flow, operator, schema, name, span in absent:
        if span in seen or any(other.start <= span.start < other.end for other in placeholders(subject)):
            continue
        seen.add(span)
        dropped = remover(flow, name, operator)
        stage = subject.text[dropped.start : dropped.end].split(None, 1)[0] if dropped else ""
        from_source = dropped == flow[0][0].span
        help = _help(name, schema, "" if from_source else stage)
        yield Lost(name, span, stage, _prefixed(flow, name, schema), help)


def _absent(subject: Subject) -> Iterator[tuple[Flow, Operator, Schema, str, Span]]:
    """The names that a stage reads and no field that comes in has: with the stage, and where they stand."""
    for flow in subject.flows:
        stub = len(flow) > 1 and not flow[1][1].open and not flow[1][1].fields  # `data record()` stands for any source
        for operator, schema in flow:
            if (schema.open and not schema.gone) or (stub and not schema.fields):
                continue
            for column, span in subject.reads(operator):
                name = column.name
                if name not in schema.fields and name not in _assigned(operator) and not _may_be(name, schema):
                    yield flow, operator, schema, name, span


def _assigned(operator: Operator) -> set[str]:
    """Names that a stage assigns; they are not reported in that stage itself."""
    fields = operator.fields if isinstance(operator, (Extend, Project)) else ()
    return {f.name for f in fields if not isinstance(f.expression, Column) or f.expression.name != f.name}


def hyphenated_members(subject: Subject) -> Iterator[Expression]:
    """Members of records whose name is read as a subtraction: `tags[cost-center]`."""
    for node in subject.every(Index):
        inner = node.index
        together = isinstance(inner, Binary) and inner.operator == "-" and " " not in subject.source(inner)
        if together and all(isinstance(part, Name) for part in operands(inner, "-")):
            yield inner


def _may_be(name: str, schema: Schema) -> bool:
    """Whether a field may be there, be it as a member of a record."""
    if schema.may_have(name) or ("(" in name and _plain(name) in map(_plain, schema.fields)):
        return True
    parts = name.split(".")
    if any(f"({'.'.join(parts[:k])})" in known for k in range(1, len(parts)) for known in schema.fields):
        return True  # `getNodeName(a.b)` without a name is called `a.b.name`
    return any(schema.may_have(".".join(parts[:k])) for k in range(1, len(parts) + 1))


def _plain(name: str) -> str:
    """The name of a series without its default: the sources differ in whether the vendor writes it."""
    return _DEFAULT.sub("", name)


def _prefixed(flow: Flow, name: str, schema: Schema) -> str:
    """The field of that name which a join or lookup brought."""
    prefixes = [operator.prefix for operator, _ in flow if isinstance(operator, Join) and operator.prefix]
    return next((prefix + name for prefix in prefixes if prefix + name in schema.fields), "")


def _help(name: str, schema: Schema, stage: str) -> str:
    guess = nearest(name, schema.fields) if not schema.open else ""
    if guess:
        return f"Did the query mean `{guess}`?"
    if stage:
        return f"Read it before `{stage}`, or keep it there."
    return f"There are {', '.join(f'`{known}`' for known in list(schema.fields)[:8])}." if schema.fields else ""
