"""String functions. Positions are UTF-16 code units from 0; only ASCII letters fold where case does not matter."""

from __future__ import annotations

from dqlkit.functions.string import editing, encoding, matching, positions

__all__ = ["editing", "encoding", "matching", "positions"]
