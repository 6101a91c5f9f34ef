"""What an export format consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dqlkit.frozen import frozen
from dqlkit.types.values import Value

__all__ = ["Export"]


@frozen
class Export:
    """A shape of JSON document: how to know it, and the records in it.

    `records` raises `SourceError` where a document has the outline of the format but not its content.
    """

    name: str
    matches: Callable[[Any], bool]
    records: Callable[[Any], Iterable[dict[str, Value]]]
