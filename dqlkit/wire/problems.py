"""Lists of problems: `{"problems": […], "totalCount": …}` of version 2, `{"result": {"problems": […]}}` of version 1; and one
problem, as `GET problems/{id}` has it, or inside of `result` as in version 1.

Times are epoch milliseconds; an open problem has -1 for its end, and null here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dqlkit.types.values import Value
from dqlkit.wire.bizevents import numbered
from dqlkit.wire.events_v1 import TIMES, with_millis, with_times
from dqlkit.wire.shape import Json, Place, Shape, present

__all__ = ["PROBLEM", "SHAPE"]

_ENVELOPE = {"problems", "totalCount", "pageSize", "nextPageKey", "warnings"}
#: What every problem of version 1 has.
_FIRST = {"id", "startTime", "endTime", "impactLevel", "severityLevel"}


def _find(document: Json) -> Place | None:
    if type(document) is not dict:
        return None
    if type(document.get("problems")) is list and document.keys() <= _ENVELOPE:
        return Place(("problems",), numbered(with_times), present(document, "nextPageKey"), declared=frozenset(TIMES))
    result = document.get("result")
    if document.keys() != {"result"} or type(result) is not dict:
        return None
    if type(result.get("problems")) is list:
        return Place(("result", "problems"), numbered(with_times), declared=frozenset(TIMES))
    return Place(("result",), numbered(with_times), declared=frozenset(TIMES)) if result.keys() >= _FIRST else None


def _find_problem(document: Json) -> Place | None:
    return _PROBLEM if type(document) is dict and document.keys() >= PROBLEM.members else None


_PROBLEM = Place((), numbered(with_times), declared=frozenset(TIMES))


def _write_problems(records: Sequence[Mapping[str, Value]]) -> list[Json]:
    return [with_millis(one) for one in records]


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    return {"totalCount": len(records), "pageSize": len(records), "problems": _write_problems(records)}


SHAPE = Shape("problems", _find, _write)
PROBLEM = Shape(
    "problem",
    _find_problem,
    _write_problems,
    members=frozenset({"problemId", "displayId", "startTime", "endTime"}),
)
