"""Functions that only a time series knows: the bounds of its slots."""

from __future__ import annotations

from dqlkit.functions.function import series
from dqlkit.functions.vocabulary import Array, Timestamp


@series(in_series=True, of_metrics=True)
def start() -> Array[Timestamp]:
    """Where each slot of the series starts; only in `makeTimeseries` and `timeseries`, beside another aggregation."""
    raise NotImplementedError("the time series knows its slots")


@series(in_series=True, of_metrics=True)
def end() -> Array[Timestamp]:
    """Where each slot of the series ends; only in `makeTimeseries` and `timeseries`, beside another aggregation."""
    raise NotImplementedError("the time series knows its slots")
