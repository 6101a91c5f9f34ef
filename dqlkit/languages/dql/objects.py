"""Facts about the vendor's data objects, such as whether reading one is billed.

Only advice depends on them: a query may name any table.
"""

from __future__ import annotations

from dqlkit.frozen import frozen

__all__ = ["CLASSIC_ENTITY", "FETCHED", "DataObject", "data_object", "is_gauge", "is_metric", "meant"]

#: How the tables and fields of the classic entity model begin.
CLASSIC_ENTITY = "dt.entity."


@frozen
class DataObject:
    """`billed` ones are paid by the amount that is read. `command` reads what `fetch` cannot, or should not any more:
    the service still takes a `deprecated` name. `known_as` are names that people write for it, in lower case and without
    dots and underscores."""

    billed: bool = False
    command: str = ""
    deprecated: bool = False
    known_as: tuple[str, ...] = ()


_KNOWN = {
    "logs": DataObject(billed=True, known_as=("log", "logrecords")),
    "events": DataObject(billed=True, known_as=("event",)),
    "bizevents": DataObject(billed=True, known_as=("bizevent", "businessevents", "businessevent")),
    "spans": DataObject(billed=True, known_as=("span", "traces", "trace", "purepaths")),
    "user.events": DataObject(billed=True, known_as=("userevents", "rumevents", "rumevent", "useractions")),
    "user.sessions": DataObject(billed=True, known_as=("usersessions", "usersession", "rumsessions")),
    "security.events": DataObject(billed=True, known_as=("securityevents", "vulnerabilities")),
    "dt.davis.problems": DataObject(known_as=("problems", "problem", "davisproblems", "dtdavisproblem")),
    "dt.davis.events": DataObject(known_as=("davisevents",)),
    **dict.fromkeys(("user.replays", "application.snapshots"), DataObject()),
    **dict.fromkeys(("metrics", "metric", "dt.metrics", "dt.metric"), DataObject(command="metrics")),
    "metric.series": DataObject(command="metrics", deprecated=True),
}

#: Names that certainly are data objects for `fetch`.
FETCHED = tuple(name for name, known in _KNOWN.items() if not known.command or known.deprecated)

#: Beginnings of metric keys; no data object begins like that.
_METRICS = ("host", "service", "process", "kubernetes", "containers", "cloud", "runtime", "frontend")
_METRIC_KEYS = tuple(f"dt.{family}." for family in _METRICS)
#: Those whose metrics are single numbers: what services and frontends measure may be kept as a histogram.
_GAUGES = tuple(f"dt.{family}." for family in ("host", "process", "kubernetes", "containers", "cloud", "runtime"))


def meant(name: str) -> str:
    """The data object that a name which is none was meant to be, or nothing."""
    plain = name.lower().replace(".", "").replace("_", "")
    if name.lower() in _KNOWN:
        return ""
    return next((known for known, one in _KNOWN.items() if plain in one.known_as), "")


def data_object(name: str) -> DataObject:
    """What is known of a data object."""
    return _KNOWN.get(name.lower(), DataObject())


def is_metric(name: str) -> bool:
    """Whether a name is the key of a metric, which `timeseries` reads."""
    return name.startswith(_METRIC_KEYS)


def is_gauge(name: str) -> bool:
    """Whether a name is the key of a metric that is surely no histogram."""
    return name.startswith(_GAUGES)
