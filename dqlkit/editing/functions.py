"""Which functions of DQL fit a place: by their family and by the types that they yield."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from dqlkit.editing.describe import signature, summary
from dqlkit.editing.items import Item
from dqlkit.functions import Function, catalogue
from dqlkit.functions.function import Family

__all__ = ["aggregations", "fits", "offers", "results", "scalars"]

#: Families whose functions may stand wherever a value may.
VALUES: tuple[Family, ...] = ("scalar", "iterative")


@cache
def results(function: Function[..., Any]) -> frozenset[str]:
    """The names of the types that a function may yield; empty where that depends on what it is given."""
    return frozenset(result for _, result in function.overloads) or function.signature.result.types


def fits(function: Function[..., Any], wanted: Collection[str]) -> bool:
    """Whether a call may yield one of the types; any type is wanted where none is named."""
    yielded = results(function)
    return not wanted or not yielded or not yielded.isdisjoint(wanted)


def scalars(wanted: Collection[str] = ()) -> list[Item]:
    """Functions of one record's values that yield one of the types."""
    found = [function for family in VALUES for function in catalogue()[family].values() if not function.deprecated]
    sure = [function for function in found if not wanted or results(function)]
    return offers((f for f in sure if fits(f, wanted)), 4) + offers((f for f in found if f not in sure), 5)


def aggregations(metrics: bool = False, series: bool = False) -> list[Item]:
    """Functions of a group; those that fill a time series, or that read metrics, if asked for."""
    families: tuple[Family, ...] = ("aggregation", "series") if series else ("aggregation",)
    found = (function for family in families for function in catalogue()[family].values())
    return offers((f for f in found if (f.in_series or not series) and (f.of_metrics or not metrics)), 0)


def offers(functions: Iterable[Function[..., Any]], rank: int) -> list[Item]:
    """Functions as offers by name: the caret goes between the parentheses."""
    return [
        Item(
            function.name,
            "function",
            f"{function.name}()",
            signature(function),
            summary(function),
            back=int(bool(function.signature.parameters)),
            rank=rank,
        )
        for function in sorted(functions, key=lambda function: function.name)
    ]
