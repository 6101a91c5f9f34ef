"""What the declaration of a function may say, for type checkers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, ParamSpec, Protocol, TypedDict, TypeVar, Unpack, overload

from dqlkit.functions.function import Function

__all__ = ["Decorator", "Options"]

P = ParamSpec("P")
R = TypeVar("R")


class Options(TypedDict, total=False):
    """What a declaration may say beyond its signature and its body.

    - `name`: where it is not the body's; `category`: where it is not the module's; `order`: the canonical order of
      parameters where it is not that of the signature
    - `nulls`: `"see"` where the body sees null and values of a wrong type as None; else they make the result null
    - `overloads`: `"long, long -> long; …"`, results by the types of arguments
    - `unwraps`: an array stands for its first element
    - `experimental`; `deprecated`: what to use instead
    - `only`: the one language that has it; no other finds it by name
    - `online`: it needs a live environment; `volatile`: it is not the same twice
    - `known_as`: what other languages call it, in lower case
    - `akin`: functions of other languages that become this one when more is changed than the name, each with what to
      write; `{}` is for the arguments
    - `opposite`: the function that is true where this one is false, and null where it is null; said on one of the two
    - `mirror`: the function that says the same with its operands swapped, on one of the two; `symmetric`: it is its own
    - `by_order`: an aggregation whose result depends on the order of the records
    - `once`: an aggregation to which equal values are one
    - `scales`: an aggregation that grows with the number of records, so that a sample of them gives too little
    - `in_series`: an aggregation that may fill the slots of a time series; `of_metrics`: it reads metrics too
    - `rewrites`: it gives the text of its first argument another form, and what is asked of that can be asked of the
      text itself
    - `converts`: it turns a value of another type into the one of the result's type that says the same
    - `classic`: it reads entities of the classic model; `successor`: the function that asks the same of
      Smartscape nodes
    """

    name: str
    category: str
    order: Sequence[str]
    nulls: Literal["null", "see"]
    overloads: str
    unwraps: bool
    experimental: bool
    deprecated: str
    only: str
    online: bool
    volatile: bool
    known_as: tuple[str, ...]
    akin: Mapping[str, str]
    opposite: Function[..., Any]
    mirror: Function[..., Any]
    symmetric: bool
    by_order: bool
    once: bool
    scales: bool
    in_series: bool
    of_metrics: bool
    rewrites: bool
    converts: bool
    classic: bool
    successor: Function[..., Any]


class Decorator(Protocol):
    """`@scalar`, or `@scalar(option=…)`."""

    @overload
    def __call__(self, body: Callable[P, R], /) -> Function[P, R]: ...

    @overload
    def __call__(self, /, **options: Unpack[Options]) -> Callable[[Callable[P, R]], Function[P, R]]: ...
