"""Plans compiled to Polars lazy frames."""

from __future__ import annotations

from dqlkit.engines.polars.compiler import Compiler
from dqlkit.engines.polars.frame import Frame

__all__ = ["Compiler", "Frame"]
