"""`SourceError` under the name of this room; it is declared in `dqlkit.errors`, since `wire` raises it too."""

from __future__ import annotations

from dqlkit.errors import SourceError

__all__ = ["SourceError"]
