"""The words that annotate a command's parameters.

As with functions, a word is a Python type to the reader of the body and a `Kind` to dqlkit:

| word | written in DQL | what the body gets |
| --- | --- | --- |
| `Value`, `Condition` | an expression over the record | `Expression` |
| `Constant[…]` | an expression without fields | `Expression` |
| `Plain[…]` | a literal | its Python value |
| `Assigned`, `Named` | `name = expression`, the name optional or needed | `Field` |
| `Aggregated` | the same, with aggregations inside | `Field` |
| `Sorted` | an expression with `asc` or `desc` | `Order` |
| `Name` | the name of a field (or of an edge type …) | `str` |
| `Names`, `Types` | a name (of a type of the topology), or a text with `*` | `NamePattern` |
| `Renamed`, `NewName` | `new = old`, the new name optional or needed | `(str, str)` |
| `Text` | a literal text (a prefix) | `str` |
| `Table` | a data object | `str` |
| `Path` | the path of a lookup file, in quotes | `str` |
| `Block`, `NamedBlock` | `[ query ]`, `name = [ query ]` | `Operator`, `(str, Operator)` |
| `On` | `field`, or `left[a] == right[b]` | `JoinKey` |
| `Literal["a", "b"]` | one of these words | `str` |
| `Pattern` | a DPL pattern | `str` |
| `Search` | a search condition | `Expression` |
| `SeriesOf` | an aggregation of a time series, `name = …` | `Series` |
| `Metric` | the same of a metric | `Metric` |

`Many[…]` allows several values in `{ }` and gives a tuple. `Joined[…]` names fields of the sub-query beside it. A
`Hint[…]` does not reach the body: the plan keeps it, so that it can be written again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeAlias, TypeVar

from dqlkit.frozen import frozen, replace
from dqlkit.functions.signature import Kind
from dqlkit.functions.vocabulary import VOCABULARY as TYPES
from dqlkit.plan.expressions import Expression
from dqlkit.plan.names import NamePattern
from dqlkit.plan.operators import Field, Operator

if TYPE_CHECKING:
    from dqlkit.plan.ops.join import JoinKey
    from dqlkit.plan.ops.sort import Order
    from dqlkit.plan.ops.timeseries import Series

    Sorted: TypeAlias = Order
    On: TypeAlias = JoinKey
    SeriesOf: TypeAlias = Series

__all__ = [
    "TAKES",
    "VOCABULARY",
    "Aggregated",
    "Assigned",
    "Block",
    "Condition",
    "Constant",
    "Hint",
    "JoinKey",
    "Joined",
    "Many",
    "Metric",
    "Name",
    "NamePattern",
    "Named",
    "NamedBlock",
    "Names",
    "NewName",
    "On",
    "Path",
    "Pattern",
    "Plain",
    "Renamed",
    "Search",
    "SeriesOf",
    "Sorted",
    "Table",
    "Text",
    "Types",
    "Value",
]

T = TypeVar("T")


Value: TypeAlias = Expression
Condition: TypeAlias = Expression
Assigned: TypeAlias = Field
Named: TypeAlias = Field
Aggregated: TypeAlias = Field
Name: TypeAlias = str
Names: TypeAlias = NamePattern
Types: TypeAlias = NamePattern
Renamed: TypeAlias = tuple[str, str]
NewName: TypeAlias = tuple[str, str]
Text: TypeAlias = str
Table: TypeAlias = str
Path: TypeAlias = str
Block: TypeAlias = Operator
NamedBlock: TypeAlias = tuple[str, Operator]
Pattern: TypeAlias = str
Search: TypeAlias = Expression

_ELSEWHERE = {
    "JoinKey": "join:JoinKey",
    "On": "join:JoinKey",
    "Sorted": "sort:Order",
    "SeriesOf": "timeseries:Series",
}


def __getattr__(name: str) -> Any:
    """Words that are classes of operators: the file of an operator is imported with the command that needs it."""
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    file, kind = _ELSEWHERE[name].split(":")
    return getattr(import_module(f"dqlkit.plan.ops.{file}"), kind)


@frozen
class Metric:
    """A series of one metric; `filter` is the series' own."""

    key: str
    series: Series
    filter: Expression | None


Many: TypeAlias = tuple[T, ...]


Plain = Annotated[T, "a literal"]
Hint = Annotated[T, "said to the vendor's storage or planner"]
Joined = Annotated[T, "over the records of the sub-query"]


if TYPE_CHECKING:

    class Constant(Expression, Generic[T]):
        """An expression without fields; the type in brackets is for the checks. A body gets any expression."""

else:
    Constant = Expression


class _Word:
    """A word that takes another in brackets."""

    def __init__(self, **change: object) -> None:
        self.change = change

    def __getitem__(self, inner: Kind) -> Kind:
        return replace(inner, **self.change)


class _Choice:
    def __getitem__(self, options: str | tuple[str, ...]) -> Kind:
        return Kind(role="choice", options=(options,) if isinstance(options, str) else options)


VOCABULARY: Mapping[str, Any] = {
    **TYPES,
    "Value": Kind(),
    "Condition": Kind(frozenset({"boolean"})),
    "Constant": _Word(role="constant"),
    "Plain": _Word(role="plain"),
    "Assigned": Kind(assign="optional", role="field"),
    "Named": Kind(assign="mandatory", role="field"),
    "Aggregated": Kind(assign="optional", role="aggregated"),
    "Sorted": Kind(sortable=True, role="sorted"),
    "Name": Kind(role="name"),
    "Names": Kind(role="names pattern"),
    "Types": Kind(role="types"),
    "Renamed": Kind(role="renamed", assign="optional"),
    "NewName": Kind(role="renamed", assign="mandatory"),
    "Text": Kind(frozenset({"string"}), role="plain"),
    "Table": Kind(role="table"),
    "Path": Kind(
        role="table", reads=re.compile(r"/(?:[\w.-]+/)*[\w.-]*\w").fullmatch, said="a path such as `/lookups/hosts`"
    ),
    "Block": Kind(role="block"),
    "NamedBlock": Kind(role="block", assign="mandatory"),
    "On": Kind(role="on"),
    "Literal": _Choice(),
    "Pattern": Kind(frozenset({"string"}), role="pattern"),
    "Search": Kind(role="search"),
    "SeriesOf": Kind(assign="optional", role="series"),
    "Metric": Kind(assign="optional", role="metric"),
    "Many": _Word(many=True),
    "Hint": _Word(hint=True),
    "Joined": _Word(joined=True),
    "Operator": Kind(),
}

#: What is written for a parameter of each role, for people.
TAKES: Mapping[str, str] = {
    "aggregated": "an aggregation, or an expression with aggregations",
    "block": "a sub-query in `[ ]`",
    "choice": "a word",
    "constant": "a value that reads no field",
    "expression": "an expression",
    "field": "an expression",
    "metric": "an aggregation of a metric",
    "name": "the name of a field",
    "names pattern": "the name of a field, or a text with `*`",
    "on": "a field, or `left[a] == right[b]`",
    "pattern": "a pattern of DPL",
    "plain": "a literal",
    "renamed": "the name of a field",
    "search": "texts to search for, with `and`, `or`, `not`",
    "series": "an aggregation",
    "sorted": "an expression, with `asc` or `desc`",
    "table": "the name of a table, or the path of a lookup file",
    "types": "a type, or a text with `*`",
}
