"""Checked mode: compares the type of each compiled column with the declared one.

Polars does not complain where a column that should hold texts holds encoded bytes. So every call is compiled a second
time, over columns of exactly its arguments' types, and the type that Polars infers must be the declared one; the same
holds for the schema of every operator's frame. `DQLKIT_CHECKED=1` turns this on; all tests run with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from dqlkit.engines.polars.arguments import Given, held
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.polars.typed import Typed
from dqlkit.functions.function import Function
from dqlkit.plan.operators import Operator

__all__ = ["CHECKED", "BrokenPromise", "check_call", "check_frame"]

CHECKED = os.environ.get("DQLKIT_CHECKED") == "1"
_seen: set[tuple[object, ...]] = set()


class BrokenPromise(AssertionError):
    """A column does not have the declared type: a bug in dqlkit, whatever the query."""


def check_call(
    function: Function[..., Any], given: Sequence[Given], compile: Callable[[Sequence[Given]], Typed]
) -> None:
    """Raise unless a call with arguments of these types has the declared type; each combination is checked once."""
    fresh, columns = held(given)
    key = (function.family, function.name, function.only, *map(repr, _signs(fresh)))
    if key in _seen:
        return
    typed = compile(fresh)
    lazy = pl.LazyFrame(schema={name: dtype_of(column.kind) for name, column in columns.items()})
    found = lazy.select(typed.expression.alias("value")).collect_schema()["value"]
    if found != dtype_of(typed.kind):
        arguments = ", ".join(str(one) for one in _signs(fresh))
        raise BrokenPromise(f"{function.name}({arguments}) promises {typed.kind}: {dtype_of(typed.kind)}, is {found}")
    _seen.add(key)


def check_frame(operator: Operator, frame: Frame) -> None:
    """Raise unless the columns of an operator are those of its schema."""
    wanted = {name: dtype_of(kind) for name, kind in frame.schema.fields.items()}
    found = dict(frame.lazy.collect_schema())
    differing = [name for name in wanted | found if wanted.get(name) != found.get(name)]
    if differing:
        told = "; ".join(f"`{name}` promises {wanted.get(name)}, is {found.get(name)}" for name in differing)
        raise BrokenPromise(f"{type(operator).__name__}: {told}")


def _signs(given: Sequence[Given]) -> list[object]:
    """The key under which a combination of arguments counts as checked."""
    items = [item for one in given for item in (one if isinstance(one, tuple) else (one,))]
    return [
        (str(item.kind), item.constant) if isinstance(item, Typed) and item.is_constant else getattr(item, "kind", item)
        for item in items
    ]
