"""Lists of problems: `{"problems": […], "totalCount": …}` of version 2, `{"result": {"problems": […]}}` of version 1.

Times are epoch milliseconds; an open problem has -1 for its end, and null here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dqlkit.types.values import Value
from dqlkit.wire.bizevents import numbered
from dqlkit.wire.events_v1 import TIMES, with_millis, with_times
from dqlkit.wire.shape import Json, Place, Shape, present

__all__ = ["SHAPE"]

_ENVELOPE = {"problems", "totalCount", "pageSize", "nextPageKey", "warnings"}


def _find(document: Json) -> Place | None:
    if type(document) is not dict:
        return None
    if type(document.get("problems")) is list and document.keys() <= _ENVELOPE:
        return Place(("problems",), numbered(with_times), present(document, "nextPageKey"), declared=frozenset(TIMES))
    result = document.get("result")
    if document.keys() == {"result"} and type(result) is dict and type(result.get("problems")) is list:
        return Place(("result", "problems"), numbered(with_times), declared=frozenset(TIMES))
    return None


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    return {"totalCount": len(records), "pageSize": len(records), "problems": [with_millis(one) for one in records]}


SHAPE = Shape("problems", _find, _write)
