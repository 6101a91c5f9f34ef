"""Compares the answer of a query with what a test expects, and says what differs.

Values compare by what they mean: a long is written as `5` or `"5"`, points in time with or without fractions, durations as
nanoseconds or `5m`. [decided: in an expectation a field that is null and one that is not there are the same.]
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dqlkit.checks.files import Expected
from dqlkit.regex import regex
from dqlkit.results import Result
from dqlkit.types.kinds import Type, members
from dqlkit.types.text import parse_instant
from dqlkit.types.units import UNITS

__all__ = ["columns_of", "compared", "types_of"]

_LENGTH = regex(r"(-?\d+)\s*([a-z]+)")
#: More records, or differences of them, than this are counted and not shown.
_MOST_SHOWN = 10


def compared(result: Result, expected: Expected) -> Iterator[str]:
    """What differs, each in some lines."""
    if expected.columns is not None and (found := columns_of(result)) != expected.columns:
        yield _two("columns", _listed(expected.columns), _listed(found))
    if expected.types is not None:
        types = types_of(result)
        for name, wanted in expected.types.items():
            came = types.get(name, "")
            if came != "|".join(sorted(str(wanted).replace(" ", "").split("|"))):
                yield _two(f"type of {name}", str(wanted), came or "no such field")
    if expected.records is not None:
        lines = list(_records(result, expected))
        if lines:
            yield "\n".join(lines)


def columns_of(result: Result) -> list[str]:
    """The fields of an answer in order; those of a table that no record has are left out."""
    stored = result.schema.stored
    met = {name for record in result.records for name in record} if stored else set()
    return [name for name in result.schema.fields if name not in stored or name in met]


def types_of(result: Result) -> dict[str, str]:
    """The type of each field by its name; several are joined by `|`."""
    found: dict[str, set[str]] = {}
    for part in result.types:
        for name, mapping in part["mappings"].items():
            found.setdefault(name, set()).add(mapping["type"])
    return {name: "|".join(sorted(kinds - {"undefined"}) or ["undefined"]) for name, kinds in found.items()}


def _two(what: str, wanted: str, came: str) -> str:
    return f"{what}\n  expected  {wanted}\n  came      {came}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(str, names)) or "none"


# ---- records --------------------------------------------------------------------------------------------------------


def _records(result: Result, expected: Expected) -> Iterator[str]:
    wanted = expected.records or []
    same = _Same(result.schema.fields, expected.tolerance)
    came = result.typed().records
    pairs = _paired(wanted, came, same) if expected.order == "ignore" else _in_order(wanted, came)
    wrong = [(number, one, other) for number, one, other in pairs if not same.records(one, other)]
    if not wrong:
        return
    yield f"records: expected {_count(len(wanted))}, came {len(came)}; {_count(len(wrong))} {_differ(len(wrong))}"
    for number, one, other in wrong[:_MOST_SHOWN]:
        if one is None:
            yield f"  + {_line(other)}"
        elif other is None:
            yield f"  - {_line(one)}"
        else:
            yield f"  record {number}"
            yield from _fields(one, other, same)
    if len(wrong) > _MOST_SHOWN:
        yield f"  … and {len(wrong) - _MOST_SHOWN} more"


def _count(number: int) -> str:
    return "1 record" if number == 1 else f"{number} records"


def _differ(number: int) -> str:
    return "differs" if number == 1 else "differ"


def _in_order(wanted: list[Any], came: list[Any]) -> Iterator[tuple[int, Any, Any]]:
    for at in range(max(len(wanted), len(came))):
        yield at + 1, (wanted[at] if at < len(wanted) else None), (came[at] if at < len(came) else None)


def _paired(wanted: list[Any], came: list[Any], same: _Same) -> Iterator[tuple[int, Any, Any]]:
    """Each expected record with the one that came that is the same; what is left with the one that is most alike."""
    rest = list(came)
    open_: list[tuple[int, Any]] = []
    for number, one in enumerate(wanted, 1):
        found = next((at for at, other in enumerate(rest) if same.records(one, other)), None)
        if found is None:
            open_.append((number, one))
        else:
            rest.pop(found)
    for number, one in open_:
        alike = max(range(len(rest)), key=lambda at: same.alike(one, rest[at]), default=None)
        if alike is None or same.alike(one, rest[alike]) == 0:
            yield number, one, None
        else:
            yield number, one, rest.pop(alike)
    yield from ((0, None, other) for other in rest)


def _fields(wanted: Any, came: Any, same: _Same) -> Iterator[str]:
    if not isinstance(wanted, dict):
        yield f"    expected a record, found {wanted!r}"
        return
    names = [*wanted, *(name for name in came if name not in wanted)]
    width = max(map(len, names), default=0)
    for name in names:
        one, other = wanted.get(name), came.get(name)
        if same.values(one, other, name):
            yield f"    {name:<{width}}  {_line(other)}"
        else:
            yield f"  - {name:<{width}}  {_line(one) if name in wanted else 'no such field'}"
            yield f"  + {name:<{width}}  {_line(other) if name in came else 'no such field'}"


def _line(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else text[:199] + "…"


class _Same:
    """Whether values mean the same, given the types of the fields."""

    def __init__(self, kinds: Mapping[str, Type], tolerance: float) -> None:
        self.kinds = {name: {option.name for option in members(kind)} for name, kind in kinds.items()}
        self.tolerance = tolerance

    def records(self, wanted: Any, came: Any) -> bool:
        if not isinstance(wanted, dict) or not isinstance(came, dict):
            return False
        return all(self.values(wanted.get(name), came.get(name), name) for name in {*wanted, *came})

    def alike(self, wanted: Any, came: Any) -> int:
        """How many fields are the same."""
        if not isinstance(wanted, dict):
            return 0
        return sum(self.values(value, came.get(name), name) for name, value in wanted.items() if value is not None)

    def values(self, wanted: Any, came: Any, name: str) -> bool:
        return self._same(wanted, came, self.kinds.get(name, set()))

    def _same(self, wanted: Any, came: Any, kinds: set[str]) -> bool:
        if isinstance(wanted, dict) and isinstance(came, dict):
            inner = kinds - {"string"}
            return all(self._same(wanted.get(n), came.get(n), inner) for n in {*wanted, *came})
        if isinstance(wanted, list) and isinstance(came, list):
            inner = kinds - {"string"}
            return len(wanted) == len(came) and all(self._same(a, b, inner) for a, b in zip(wanted, came, strict=True))
        if isinstance(wanted, bool) or isinstance(came, bool) or wanted is None or came is None:
            return wanted is came
        if isinstance(came, (int, float)):
            return self._number(wanted, came, kinds)
        if isinstance(wanted, float) and math.isnan(wanted):
            return bool(came == "NaN")
        return isinstance(wanted, str) and self._text(wanted, str(came), kinds)

    def _number(self, wanted: Any, came: float, kinds: set[str]) -> bool:
        if isinstance(wanted, str):
            length = _LENGTH.fullmatch(wanted) if "duration" in kinds else None
            if length and length[2] in UNITS:
                return int(length[1]) * UNITS[length[2]] == came
            return wanted == str(came)
        if isinstance(wanted, int) and isinstance(came, int):
            return wanted == came
        if isinstance(wanted, (int, float)):
            both_nan = math.isnan(wanted) and math.isnan(came)
            return both_nan or math.isclose(wanted, came, rel_tol=self.tolerance, abs_tol=self.tolerance)
        return False

    def _text(self, wanted: str, came: str, kinds: set[str]) -> bool:
        if wanted == came:
            return True
        if kinds == {"string"}:
            return False
        one = parse_instant(wanted)
        return one is not None and one == parse_instant(came)
