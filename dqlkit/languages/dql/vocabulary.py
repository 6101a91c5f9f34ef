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
| `Names` | a name, or a text with `*` | `NamePattern` |
| `Renamed` | `new = old`, or just a name | `(str, str)` |
| `Table` | a data object | `str` |
| `Block`, `NamedBlock` | `[ query ]`, `name = [ query ]` | `Operator`, `(str, Operator)` |
| `On` | `field`, or `left[a] == right[b]` | `JoinKey` |
| `Choice["a", "b"]` | one of these words | `str` |
| `Pattern` | a DPL pattern | `str` |
| `Search` | a search condition | `SearchTerm` |

`Many[…]` allows several values in `{ }` and gives a tuple.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from dqlkit.functions.signature import Kind
from dqlkit.functions.vocabulary import VOCABULARY as TYPES
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.sort import Order

__all__ = [
    "VOCABULARY",
    "Aggregated",
    "Assigned",
    "Block",
    "Choice",
    "Condition",
    "Constant",
    "JoinKey",
    "Many",
    "Name",
    "NamePattern",
    "Named",
    "NamedBlock",
    "Names",
    "On",
    "Pattern",
    "Plain",
    "Renamed",
    "Sorted",
    "Table",
    "Value",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A field name, or a text in which `*` stands for any run of characters."""

    text: str
    wildcard: bool = False

    def matches(self, name: str) -> bool:
        """Whether a field is meant."""
        if not self.wildcard:
            return name == self.text
        from fnmatch import fnmatchcase

        return fnmatchcase(name, self.text.replace("[", "[[]").replace("?", "[?]"))


class JoinKey(NamedTuple):
    """Values that must be equal on both sides."""

    left: Expression
    right: Expression


Value: TypeAlias = Expression
Condition: TypeAlias = Expression
Assigned: TypeAlias = Field
Named: TypeAlias = Field
Aggregated: TypeAlias = Field
Sorted: TypeAlias = Order
Name: TypeAlias = str
Names: TypeAlias = NamePattern
Renamed: TypeAlias = tuple[str, str]
Table: TypeAlias = str
Block: TypeAlias = Operator
NamedBlock: TypeAlias = tuple[str, Operator]
On: TypeAlias = JoinKey
Pattern: TypeAlias = str
Many: TypeAlias = tuple[T, ...]
Choice = Literal


Plain = Annotated[T, "a literal"]


class Constant(Expression, Generic[T]):
    """An expression without fields; the type in brackets is for the checks. Never made: a body gets any expression."""


class _Word:
    """A word that takes another in brackets."""

    def __init__(self, **change: object) -> None:
        self.change = change

    def __getitem__(self, inner: Kind) -> Kind:
        return replace(inner, **self.change)  # type: ignore[arg-type]


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
    "Renamed": Kind(role="renamed", assign="optional"),
    "Table": Kind(role="table"),
    "Block": Kind(role="block"),
    "NamedBlock": Kind(role="block", assign="mandatory"),
    "On": Kind(role="on"),
    "Choice": _Choice(),
    "Pattern": Kind(frozenset({"string"}), role="pattern"),
    "Search": Kind(role="search"),
    "Many": _Word(many=True),
    "Operator": Kind(),
}
