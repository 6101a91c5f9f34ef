"""Time functions."""

from __future__ import annotations

from dqlkit.functions.context import Context
from dqlkit.functions.function import scalar
from dqlkit.functions.vocabulary import Timestamp


@scalar
def now(*, context: Context) -> Timestamp:
    """The moment the query runs, one and the same all through it."""
    return context.now
