"""Answers of the metrics API v2: `{"result": [{"metricId", "data": [{"dimensionMap", "timestamps", "values"}]}]}`.

One record per data point: `timestamp`, `metric.key`, the dimensions by name, and `value`. A point without a value is
left out, as nothing was measured then.
"""

from __future__ import annotations

from collections.abc import Iterable

from dqlkit.errors import SourceError
from dqlkit.wire.instants import from_millis
from dqlkit.wire.shape import Json, Place, Record, Shape, beside, described, one, present

__all__ = ["SHAPE"]


def _find(document: Json) -> Place | None:
    if type(document) is not dict or type(document.get("result")) is not list:
        return None
    if not {"totalCount", "resolution"} & document.keys():
        return None
    return Place(("result",), _records, present(document, "nextPageKey"), declared=frozenset({"timestamp", "value"}))


def _records(index: int, item: Json) -> Iterable[Record]:
    try:
        metric = one(item)
        return [point for series in _list(metric, "data") for point in _points(metric.get("metricId"), one(series))]
    except SourceError as fault:
        raise fault.within(f"metric {index + 1}") from None


def _points(metric: Json, series: Record) -> Iterable[Record]:
    times, values = _list(series, "timestamps"), _list(series, "values")
    if len(times) != len(values):
        raise SourceError.of("R103", f"expected as many values as timestamps, found {len(values)} for {len(times)}.")
    dimensions = one(series.get("dimensionMap") or {})
    for time, value in zip(times, values, strict=True):
        if value is not None:
            record: Record = {"timestamp": from_millis(time), "metric.key": metric, "value": _number(value)}
            for name, text in dimensions.items():
                record[beside(record, "dimension", name)] = text
            yield record


def _number(value: Json) -> float:
    if type(value) not in (int, float):
        raise SourceError.of("R104", f"expected a number among the values, found {described(value)}.")
    return float(value)


def _list(holder: Record, name: str) -> list[Json]:
    found = holder.get(name)
    if type(found) is not list:
        raise SourceError.of("R103", f"expected `{name}` as an array, found {described(found)}.")
    return found


SHAPE = Shape("metrics query answer", _find)
