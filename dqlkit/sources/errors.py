"""What is wrong with an input; declared below, for the shapes of documents say it too."""

from __future__ import annotations

from dqlkit.errors import SourceError

__all__ = ["SourceError"]
