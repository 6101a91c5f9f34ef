"""Fields and members in Polars by their exact names, which Polars takes for patterns where they are `*` or like `^…$`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from dqlkit.functions.lazy import Lazy, pl
from dqlkit.types.kinds import Record, Type

if TYPE_CHECKING:
    import polars
    import polars.selectors as selectors

    Records = TypeVar("Records", polars.Expr, polars.Series)
else:
    selectors = Lazy("polars.selectors")

__all__ = ["column_named", "member_named", "series_named"]


@lru_cache(maxsize=4096)
def column_named(name: str) -> polars.Expr:
    """The column of a name. It is made once: a plan names most of its columns at each stage."""
    return selectors.by_name(name).as_expr() if _is_pattern(name) else pl.col(name)


def series_named(data: polars.DataFrame, name: str) -> polars.Series:
    """The column of a name, without it: most methods of a series look that up, as a pattern."""
    return data[name].alias("")


def member_named(records: Records, kind: Type, name: str) -> Records:
    """A member of records of a type."""
    if not _is_pattern(name):
        return records.struct.field(name)
    assert isinstance(kind, Record)
    places = {member: str(place) for place, (member, _) in enumerate(kind.fields)}
    return records.struct.rename_fields(list(places.values())).struct.field(places[name])


def _is_pattern(name: str) -> bool:
    return name == "*" or (name.startswith("^") and name.endswith("$"))
