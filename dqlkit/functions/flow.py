"""Flow functions: which of several values."""

from __future__ import annotations

from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Boolean, T


@scalar(nulls="see", known_as=("ifnull", "nvl"))
def coalesce(*expression: T) -> T | None:
    """The first value that is not null.

    >>> coalesce(null, 2, 3)
    2
    """
    return next((value for value in expression if value is not None), None)


@scalar(name="if", nulls="see", known_as=("iff", "iif"))
def if_(condition: Boolean, then: T, *, else_: T | None = None) -> T | None:
    """`then` where the condition is true; `else` (null by default) where it is false or null.

    >>> if(1 > 2, "a", else: "b")
    "b"
    """
    return then if condition else else_


coalesce.polars(lambda *expression: pl.coalesce(*expression))


@if_.polars
def _(condition, then, *, else_):
    chosen = pl.when(condition).then(then)
    return chosen if else_ is None else chosen.otherwise(else_)
