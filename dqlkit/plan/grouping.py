"""Groups as DQL forms them: equal numbers are equal whatever their type, and null is a value like any other.

Annotations here are types, not texts, as in `diagnostics/span.py`.
"""

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Row
from dqlkit.types.order import order_key
from dqlkit.types.values import Value

__all__ = ["Group", "JoinKey", "Key", "grouped", "key_of"]

T = TypeVar("T")

Key: TypeAlias = tuple[bytes, ...]
"""Values as order-preserving bytes: keys are equal where the values are, and sort as the values do."""


class JoinKey(NamedTuple):
    """Values that must be equal on both sides; null equals nothing."""

    left: Expression
    right: Expression


class Group(NamedTuple, Generic[T]):
    """`values` are those of the first member, by name."""

    key: Key
    values: Row
    members: list[T]


def key_of(values: Iterable[Value]) -> Key:
    """The key by which values are grouped and sorted."""
    return tuple(map(order_key, values))


def grouped(items: Iterable[T], values: Callable[[T], Row]) -> list[Group[T]]:
    """One group for each combination of values, in the order in which they are met."""
    groups: dict[Key, Group[T]] = {}
    for item in items:
        own = values(item)
        key = key_of(own.values())
        groups.setdefault(key, Group(key, own, [])).members.append(item)
    return list(groups.values())
