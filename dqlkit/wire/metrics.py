"""Answers of the metrics API v2: `{"result": [{"metricId", "data": [{"dimensionMap", "timestamps", "values"}]}]}`.

One record per data point: `timestamp`, `metric.key`, the dimensions by name, and `value`. A point without a value is
left out, as nothing was measured then. Written back, points in a row of one metric with the same dimensions are a series;
a dimension is text there, a time has milliseconds, and what JSON has no number for is text, which is read again [decided].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import groupby

from dqlkit.errors import SourceError
from dqlkit.types.text import text_of
from dqlkit.types.values import Value
from dqlkit.wire.bizevents import json_of
from dqlkit.wire.instants import from_millis, to_millis
from dqlkit.wire.shape import Json, Place, Record, Shape, beside, described, one, present
from dqlkit.wire.values import NON_FINITE, double

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


def _number(value: Json) -> Value:
    if type(value) is not str or value in NON_FINITE:
        with suppress(ValueError):
            return double(value)
    raise SourceError.of("R104", f"expected a number among the values, found {described(value)}.")


def _list(holder: Record, name: str) -> list[Json]:
    found = holder.get(name)
    if type(found) is not list:
        raise SourceError.of("R103", f"expected `{name}` as an array, found {described(found)}.")
    return found


#: The fields of a point that are no dimensions.
_OWN = ("timestamp", "metric.key", "value")


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    metrics = [
        {
            "metricId": key,
            "data": [_series(dict(dimensions), list(points)) for dimensions, points in groupby(own, _dimensions)],
        }
        for key, own in groupby(records, lambda record: record.get("metric.key"))
    ]
    return {"totalCount": len(metrics), "nextPageKey": None, "result": metrics}


def _dimensions(record: Mapping[str, Value]) -> list[tuple[str, str]]:
    return [
        (_own_name(name), str(text_of(value)))
        for name, value in record.items()
        if name not in _OWN and value is not None
    ]


def _own_name(name: str) -> str:
    """The name of a dimension, which got a prefix if it is that of another field."""
    own = name.removeprefix("dimension.")
    return own if own in _OWN else name


def _series(dimensions: dict[str, str], points: Sequence[Mapping[str, Value]]) -> dict[str, Json]:
    return {
        "dimensions": [*dimensions.values()],
        "dimensionMap": dimensions,
        "timestamps": [to_millis(point.get("timestamp")) for point in points],
        "values": [json_of(point.get("value")) for point in points],
    }


SHAPE = Shape("metrics query answer", _find, _write)
