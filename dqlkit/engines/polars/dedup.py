"""Dedup with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.join import keyed
from dqlkit.plan.ops.dedup import Dedup

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["dedup"]


def dedup(operator: Dedup, frame: Frame, compiler: Compiler) -> Frame:
    """The first records of each combination of keys, in their order."""
    lazy, names = keyed(frame, [compiler.expression(key, frame) for key in operator.keys])
    if operator.count == 1:
        kept = lazy.unique(names, keep="first", maintain_order=True)
    else:
        kept = lazy.filter(pl.int_range(pl.len()).over(names) < operator.count)
    return frame.replace(kept.drop(names))
