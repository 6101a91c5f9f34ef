"""Immutable classes, declared like dataclasses but faster to create.

`dataclass(frozen=True)` compiles six methods for each class, about 0.7 ms; a hundred of them were a third of the time
in which `dqlkit lint` starts. Here only `__init__` is compiled per class; the other methods are shared. The type
checker enforces that instances do not change. Classes whose instances leave the package (findings, DQL's values) are
frozen at run time as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

__all__ = ["frozen"]

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(declared: type[T]) -> type[T]:
    """The class as a dataclass with slots; equal where the compared fields are, and hashed by them."""
    own = vars(declared)
    for name, method in (("__eq__", _equal), ("__hash__", _hash), ("__repr__", _shown)):
        if name not in own:
            setattr(declared, name, method)
    return dataclass(slots=True, eq=False, repr=False)(declared)


def _equal(self: Any, other: object) -> Any:
    key = _compared(self.__class__)
    return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_hashed(self.__class__)(self))


@cache
def _compared(kind: type[Any]) -> Callable[[Any], object]:
    return _getter([one.name for one in fields(kind) if one.compare])


@cache
def _hashed(kind: type[Any]) -> Callable[[Any], object]:
    return _getter([one.name for one in fields(kind) if (one.compare if one.hash is None else one.hash)])


def _getter(names: Sequence[str]) -> Callable[[Any], object]:
    return attrgetter(*names) if names else lambda _: ()


def _shown(self: Any) -> str:
    held = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(held)})"
