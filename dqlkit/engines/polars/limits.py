"""Limits kept while a frame runs."""

from __future__ import annotations

import time

import polars as pl

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.limits import Limits

__all__ = ["Guard"]

_PAUSE = 0.01


class Guard:
    """Counts what a query makes on its way, and watches the clock while it is collected."""

    def __init__(self, limits: Limits | None) -> None:
        self.limits = limits or Limits()
        self.made = 0
        self.exceeded = ""

    def counted(self, lazy: pl.LazyFrame, weight: pl.Expr) -> pl.LazyFrame:
        """The frame, with the sum of `weight` counted as it passes; past the limit the query ends."""
        if self.limits.rows is None:
            return lazy

        def count(batch: pl.DataFrame) -> pl.DataFrame:
            self.made += batch.select(weight.cast(pl.Int64).sum()).item() or 0
            if self.made > (self.limits.rows or 0):
                self.exceeded = f"more than {self.limits.rows} records would be made on the way"
                raise _Stopped(self.exceeded)
            return batch

        return lazy.map_batches(count, streamable=True, validate_output_schema=False)

    def collect(self, lazy: pl.LazyFrame) -> pl.DataFrame:
        """Run the frame within the limits."""
        if self.limits.rows is not None:
            lazy = lazy.head(self.limits.rows + 1)
        try:
            data = self._watched(lazy)
        except (_Stopped, pl.exceptions.PolarsError) as problem:
            raise self.error() if self.exceeded else problem from None
        if self.limits.rows is not None and data.height > self.limits.rows:
            self.exceeded = f"the result has more than {self.limits.rows} records"
        elif self.limits.cells is not None and data.height * data.width > self.limits.cells:
            self.exceeded = f"the result has more than {self.limits.cells} cells"
        if self.exceeded:
            raise self.error()
        return data

    def _watched(self, lazy: pl.LazyFrame) -> pl.DataFrame:
        if self.limits.seconds is None and self.limits.cancel is None:
            return lazy.collect(engine="streaming")
        until = time.monotonic() + (self.limits.seconds if self.limits.seconds is not None else float("inf"))
        running = lazy.collect(engine="streaming", background=True)
        while (data := running.fetch()) is None:
            if self.limits.cancel is not None and self.limits.cancel.is_set():
                self.exceeded = "it was cancelled"
            elif time.monotonic() > until:
                self.exceeded = f"it took more than {self.limits.seconds} seconds"
            if self.exceeded:
                running.cancel()
                raise self.error()
            time.sleep(_PAUSE)
        return data

    def error(self) -> DqlkitError:
        """Why the query ended."""
        message = f"the query was ended: {self.exceeded}"
        return DqlkitError([error("R030", Span(0, 0), message, help="Filter earlier, or raise the limit.")])


class _Stopped(RuntimeError):
    """Raised inside a batch to end the query."""
