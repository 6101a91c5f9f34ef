"""Operators of the plan: what a stage does to a stream of records.

Each lives in `ops/<name>.py` with everything about it side by side: the schema it makes, what it is in simpler
operators, what it does to records one by one, and its traits. This file holds only what they share.

The operators that cannot be rewritten into simpler ones are the core, which engines have to know. They are Scan,
Records, Filter, Project, Aggregate, Sort, Limit, Join, Nest, Append, Expand, Dedup, Top, OnGrid, Place, and for what
happens besides records Fail, Save and RowByRow. `plan/resolve` turns any plan into a plan of core operators.

Traits are the facts about an operator that linter, optimiser and translation rely on, so that none of them lists
operators by name:

| trait | says | without a word |
| --- | --- | --- |
| `ordering` | whether the records keep their order, get one, or have none | `kept`, `lost` for a source |
| `amount` | how many records come out | `same`, `any` for a source |
| `chooses` | which records come out depends on the order they come in | no |
| `groups` | a record that comes out stands for a group of others | no |
| `adds` | records come out that none came in for | no |
| `acts` | it does more than yield records: it fails, it writes a file | no |
| `computes` | it does work for each record, and not only choose, name or arrange what is there | no |
| `reads()` | the expressions over the records that come in | all that it holds |
| `reads_all` | it looks at every field, named or not | no |
| `keeps(name)` | a field comes out under its name as it came in | yes, no for a source |
| `closes` | only fields that it names come out | no |
| `series_after(names)` | which fields hold time series behind it | those that it keeps |
| `needs(wanted)` | the fields that have to come in | those that are wanted, and what it reads |
| `enough(wanted)` | how many of the first records have to come in | so many where each comes out as one, in order |
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from dqlkit.diagnostics import Span
from dqlkit.frozen import field, fields, frozen
from dqlkit.plan.expressions import Call, Column, Expression, walk
from dqlkit.plan.expressions import Literal as Constant
from dqlkit.plan.schema import Schema
from dqlkit.regex import regex
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from dqlkit.functions.context import Context
    from dqlkit.plan.resolve import Resolver

__all__ = [
    "Amount",
    "Evaluator",
    "Field",
    "Operator",
    "Ordering",
    "Reader",
    "Row",
    "Rows",
    "Source",
    "Stage",
    "calls",
    "copied",
    "expressions",
    "may_hold",
    "nodes",
]

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = Iterable[Row]

Ordering: TypeAlias = Literal["kept", "made", "lost"]
"""The records stay in the order they came in, come in an order that the operator makes, or in none that is promised."""

Amount: TypeAlias = Literal["one", "fewer", "same", "more", "any"]
"""At most one record comes out; some of those that come in (or of their groups); each of them; each and further ones;
any number."""


class Evaluator(Protocol):
    """What the row-by-row engine offers to an operator that it runs."""

    @property
    def context(self) -> Context: ...

    def run(self, operator: Operator) -> Rows:
        """The records that come out of an operator."""

    def table(self, name: str) -> Sequence[Row]:
        """The records of a table."""

    def value(self, expression: Expression, row: Row) -> Value:
        """The value of an expression for one record."""

    def constant(self, expression: Expression) -> Value:
        """The value of an expression that reads no field."""

    def aggregate(self, aggregation: Expression, rows: Sequence[Row]) -> Value:
        """The value of an aggregation over records."""


@frozen
class Field:
    """An output column: its name and what it is computed from."""

    name: str
    expression: Expression

    def copies(self, name: str) -> bool:
        """Whether it is the field of that name as it comes in."""
        return self.name == name and isinstance(self.expression, Column) and self.expression.name == name

    @property
    def computes(self) -> bool:
        """Whether it is more than a constant or a copy of another field."""
        return not isinstance(self.expression, (Column, Constant))


@lru_cache(maxsize=4096)
def copied(name: str) -> Field:
    """The field of that name as it comes in. It is made once: most fields of a plan's stages are such."""
    return Field(name, Column(name))


@frozen
class Operator:
    """Base of all operators. `span` is where the stage was written.

    `hints` are the parameters, by name, that are meant for the vendor's storage or planner. They have no effect here
    and are kept so that translation can write them again.
    """

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)
    hints: tuple[tuple[str, Any], ...] = field(default=(), repr=False, kw_only=True)
    _known: list[Schema] = field(default_factory=list, init=False, compare=False, repr=False)
    _held: dict[str, tuple[Any, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def schema(self) -> Schema:
        """The fields that come out, as far as they are known without data. They are inferred once per operator."""
        if self._known:
            return self._known[0]
        waiting: list[Operator] = [self]  # not a recursion, since a plan may be thousands of stages deep
        while waiting:
            operator = waiting[-1]
            for source in operator.inputs:
                if not source._known:
                    waiting.append(source)
            if waiting[-1] is operator:
                waiting.pop()
                if not operator._known:
                    operator._known.append(operator.inferred())
        return self._known[0]

    def inferred(self) -> Schema:
        """Infer the schema from those of the inputs, which are known by then. `schema` caches it."""
        return Schema({}, open=True)

    @property
    def inputs(self) -> tuple[Operator, ...]:
        """The operators this one reads from, the main one first."""
        return ()

    # ---- traits -------------------------------------------------------------------------------------------------

    @property
    def ordering(self) -> Ordering:
        """What becomes of the order of the records."""
        return "lost"

    @property
    def amount(self) -> Amount:
        """How many records come out."""
        return "any"

    @property
    def chooses(self) -> bool:
        """Whether the order of the incoming records decides which of them come out."""
        return False

    @property
    def groups(self) -> bool:
        """Whether a record that comes out stands for a group of others."""
        return False

    @property
    def adds(self) -> bool:
        """Whether records may come out that none came in for."""
        return False

    @property
    def acts(self) -> bool:
        """Whether it has an effect besides its output, so that filters and limits must not move past it."""
        return False

    @property
    def computes(self) -> bool:
        """Whether it does work for each record, and not only choose, name or arrange what is there."""
        return False

    @property
    def reads_all(self) -> bool:
        """Whether it looks at every field of the records that come in, named or not."""
        return False

    def reads(self) -> Sequence[Expression]:
        """The expressions over the records that come in. A field that is read by its name stands as a column."""
        return expressions(self)

    def keeps(self, name: str) -> bool:
        """Whether a field of that name passes through unchanged."""
        return False

    @property
    def closes(self) -> bool:
        """Whether only fields that it names come out."""
        return False

    def series_after(self, names: frozenset[str]) -> frozenset[str]:
        """The fields that come out as time series, and nothing else, where those of these names come in as such."""
        return frozenset(filter(self.keeps, names))

    def needs(self, wanted: frozenset[str] | None) -> frozenset[str] | None:
        """The input fields that it needs to make the `wanted` output fields; None for all fields."""
        passing = frozenset() if self.closes else wanted
        if self.reads_all or passing is None:
            return None
        read = self.reads()
        seen = nodes(self) if read is expressions(self) else (node for one in read for node in walk(one))
        return passing.union(node.name for node in seen if isinstance(node, Column))

    def enough(self, wanted: int | None) -> int | None:
        """How many of the first input records suffice for the first `wanted` output records; None for all of them."""
        one_by_one = self.ordering == "kept" and self.amount == "same" and not self.acts and not self.groups
        return wanted if one_by_one else None

    # ---- engines ------------------------------------------------------------------------------------------------

    def simpler(self, resolver: Resolver) -> Operator:
        """The same in simpler operators; itself where it is one of the core, which engines know.

        It is asked once its inputs are resolved, so that their schemas name every field with its type.
        """
        return self

    @abstractmethod
    def rows(self, interpreter: Evaluator) -> Rows:
        """The records that come out, one after the other."""

    def describe(self, show: Callable[[object], str]) -> str:
        """One line for `explain`: the name and what is set; `show` renders expressions."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.repr}
        shown = (
            f"{name}={show(v)}" for name, v in values.items() if v not in (None, (), False) and v not in self.inputs
        )
        return " ".join([type(self).__name__, *shown])


@frozen
class Source(Operator):
    """An operator that reads from no other one."""


@frozen
class Reader(Source):
    """A source over a table. `hint` says what the table must look like, for whoever has to supply it; the table
    `otherwise` serves where that one is not given. `known` is the schema of the table, where it is known."""

    table: str
    known: Schema | None = field(default=None, compare=False, repr=False, kw_only=True)
    otherwise: str = field(default="", compare=False, repr=False, kw_only=True)
    hint: str = field(default="", compare=False, repr=False, kw_only=True)

    @property
    def narrows(self) -> bool:
        """Whether it yields the records of the table as they are, so that only what later stages read matters."""
        return False


@frozen
class Stage(Operator):
    """An operator over one stream."""

    source: Operator

    @property
    def ordering(self) -> Ordering:
        return "kept"

    @property
    def amount(self) -> Amount:
        return "same"

    def keeps(self, name: str) -> bool:
        return True

    @property
    def inputs(self) -> tuple[Operator, ...]:
        return (self.source,)

    def rows(self, interpreter: Evaluator) -> Rows:
        return self.records(interpreter.run(self.source), interpreter)

    @abstractmethod
    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        """What happens to the records that come in."""

    def inferred(self) -> Schema:
        return self.source.schema


def expressions(operator: Operator) -> tuple[Expression, ...]:
    """The expressions that an operator itself holds. They are collected once per operator, as those below are."""
    held = operator._held.get("expressions")
    if held is None:
        found: list[Expression] = []
        _collect_fields(operator, found)
        held = operator._held["expressions"] = tuple(found)
    return held


def nodes(operator: Operator) -> tuple[Expression, ...]:
    """The expressions that an operator itself holds, and all that are in them."""
    held = operator._held.get("nodes")
    if held is None:
        found: list[Expression] = []
        for one in expressions(operator):
            if isinstance(one, Column):  # as most are
                found.append(one)
            else:
                found += walk(one)
        held = operator._held["nodes"] = tuple(found)
    return held


def calls(operator: Operator) -> tuple[Call, ...]:
    """The calls among these nodes."""
    held = operator._held.get("calls")
    if held is None:
        inner: Iterable[Expression] | None = operator._held.get("nodes")
        if inner is None:
            inner = (node for one in expressions(operator) if not isinstance(one, Column) for node in walk(one))
        held = operator._held["calls"] = tuple([node for node in inner if isinstance(node, Call)])
    return held


def _collect(values: Iterable[object], found: list[Expression]) -> None:
    for value in values:
        if isinstance(value, Field):  # as most are
            found.append(value.expression)
        elif isinstance(value, Expression):
            found.append(value)
        elif isinstance(value, tuple):
            _collect(value, found)
        elif not isinstance(value, Operator):
            _collect_fields(value, found)


def _collect_fields(value: Any, found: list[Expression]) -> None:
    for name in may_hold(value.__class__):
        held = getattr(value, name)
        if isinstance(held, tuple):
            if held:
                _collect(held, found)
        elif isinstance(held, Expression):
            found.append(held)
        elif held:
            _collect((held,), found)


_WORD = regex(r"\w+")
#: Words in the annotations of fields that hold no expression of the operator's own.
_PLAIN = frozenset({"Operator", "Schema", "Span", "bool", "float", "frozenset", "int", "list", "str", "tuple", "None"})


@cache
def may_hold(kind: type) -> tuple[str, ...]:
    """The names of the fields of a class that may hold expressions."""
    held = (f for f in fields(kind) if f.name != "_held" and not _PLAIN.issuperset(_WORD.findall(f.type)))
    return tuple(f.name for f in held)
