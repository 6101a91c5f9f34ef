"""The words that annotate a function's parameters.

To a reader and to mypy they are Python types: what the body sees. To dqlkit they are `Kind`s: what a query may write.
`T` stands for any type, `N` for a number, `M` for what can be measured (numbers, durations), `O` for what can be ordered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated, Any, TypeAlias, TypeVar

from dqlkit.functions.signature import Kind
from dqlkit.types import values
from dqlkit.types.units import MONTHS, UNITS
from dqlkit.types.values import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid

__all__ = [
    "VOCABULARY",
    "AnyNumber",
    "Anything",
    "Array",
    "Binary",
    "Block",
    "Boolean",
    "CalendarUnit",
    "ClockUnit",
    "Constant",
    "Double",
    "Duration",
    "FieldName",
    "GeoPoint",
    "Ip",
    "JsonPath",
    "Locale",
    "Long",
    "M",
    "N",
    "NamelessPattern",
    "Names",
    "Natural",
    "Null",
    "Number",
    "O",
    "Pattern",
    "Percentage",
    "Precision",
    "Record",
    "SmartscapeId",
    "SourceField",
    "Spelled",
    "String",
    "T",
    "TimeFormat",
    "Timeframe",
    "Timestamp",
    "Uid",
    "Unit",
    "Values",
    "Written",
    "Zone",
]

Boolean: TypeAlias = bool
Long: TypeAlias = int
Double: TypeAlias = float
Number: TypeAlias = int | float
Natural: TypeAlias = int
"""A long from 0."""
Percentage: TypeAlias = int | float
"""A number from 0 to 100."""
Precision: TypeAlias = int
"""How exact an estimate of distinct values is to be: 3 to 16."""
String: TypeAlias = str
Binary: TypeAlias = bytes
Array: TypeAlias = list
Record: TypeAlias = dict[str, values.Value]
Anything: TypeAlias = values.Value
Null: TypeAlias = None

T = TypeVar("T")
N = TypeVar("N", bound=int | float)
M = TypeVar("M")
O = TypeVar("O")  # noqa: E741 - the letter is the point

Values: TypeAlias = list[T]
"""What an aggregation sees of a parameter: the values of one group, in order."""
Constant = Annotated[T, "known before the first record"]
Spelled = Annotated[T, "the canonical text gives it by name"]
Written = Annotated[T, "a literal, or an array of literals"]
AnyNumber = Annotated[T, "of a variadic parameter: none is enough"]
Pattern = Annotated[str, "a DPL pattern that exports values"]
NamelessPattern = Annotated[str, "a DPL pattern"]
JsonPath = Annotated[str, "a JSON path"]
Unit: TypeAlias = str
"""A unit of time, short or spelled out."""
CalendarUnit: TypeAlias = str
"""A unit that follows the calendar: `d`, `w`, `M`, `q`, `y`."""
ClockUnit: TypeAlias = str
"""A unit that points in time can be rounded to."""
Zone = Annotated[str, "the IANA name of a time zone, or an offset"]
Locale = Annotated[str, "a language tag"]
TimeFormat = Annotated[str, "a pattern of Java's DateTimeFormatter"]
Names: TypeAlias = dict[str, None]
"""The aliases of the parameter that follows: not written as a parameter of its own. Its static type is a record whose
members bear the names."""
Block: TypeAlias = Any
"""A sub-query in brackets."""
FieldName: TypeAlias = str
"""The name of a field of the sub-query, written as a name."""
SourceField: TypeAlias = values.Value
"""A value of the record; where none is given, the field of the name that `lookupField` has."""


class _Generic:
    """A word that takes another in brackets."""

    def __init__(self, plain: Kind, **change: object) -> None:
        self.plain, self.change = plain, change

    def __getitem__(self, inner: Kind) -> Kind:
        from dqlkit.frozen import replace

        if "element" in self.change:
            return replace(self.plain, element=inner)
        return replace(inner, **self.change)


class _ArrayWord(Kind):
    """`Array` alone, or `Array[T]`."""

    __slots__ = ()

    def __getitem__(self, inner: Kind) -> Kind:
        return Kind(self.types, element=inner)


class _LiteralWord:
    """One of some words: `typing.Literal`, which checkers and linters know."""

    def __getitem__(self, options: tuple[str, ...]) -> Kind:
        return Kind(frozenset({"string"}), role="constant", options=options)


def _reader(module: str, name: str) -> Callable[[str], object]:
    """The function of that name, whose module is imported for the first text that it reads: most queries have none."""
    return lambda text: getattr(import_module(f"dqlkit.types.{module}"), name)(text)


def _of(*types: str, role: str = "expression", variable: str = "") -> Kind:
    return Kind(frozenset(types), role, variable)


_SCALAR_NAMES = {
    "Boolean": "boolean",
    "Long": "long",
    "Double": "double",
    "String": "string",
    "Timestamp": "timestamp",
    "Timeframe": "timeframe",
    "Duration": "duration",
    "Binary": "binary",
    "Ip": "ip",
    "Uid": "uid",
    "Record": "record",
    "SmartscapeId": "smartscapeid",
    "GeoPoint": "geopoint",
    "Null": "null",
}

_TEXT = frozenset({"string"})

VOCABULARY: Mapping[str, Any] = {
    **{word: _of(name) for word, name in _SCALAR_NAMES.items()},
    "Number": _of("long", "double"),
    "Natural": Kind(frozenset({"long"}), minimum=0),
    "Percentage": Kind(frozenset({"long", "double"}), minimum=0, maximum=100),
    "Precision": Kind(frozenset({"long"}), minimum=3, maximum=16),
    "Anything": Kind(),
    "Array": _ArrayWord(frozenset({"array"})),
    "T": Kind(variable="T"),
    "N": _of("long", "double", variable="N"),
    "M": _of("long", "double", "duration", variable="M"),
    "O": _of("boolean", "long", "double", "string", "timestamp", "duration", variable="O"),
    "Values": _Generic(Kind(), role="values"),
    "Constant": _Generic(Kind(), role="constant"),
    "Literal": _LiteralWord(),
    "Unit": Kind(_TEXT, options=(*UNITS, *MONTHS), said="a unit of time"),
    "CalendarUnit": Kind(_TEXT, role="constant", options=("d", "w", *MONTHS)),
    "ClockUnit": Kind(
        _TEXT, role="constant", options=(*UNITS, *MONTHS, *(f"w{day}" for day in range(8))), said="a unit of time"
    ),
    "Zone": Kind(_TEXT, reads=_reader("text", "timezone"), said="a time zone such as `Europe/Vienna` or `+02:00`"),
    "Locale": Kind(_TEXT, reads=_reader("locales", "is_locale"), said="a language tag such as `en-US`"),
    "TimeFormat": Kind(_TEXT, reads=_reader("dateformat", "read_format"), said="a pattern such as `yyyy-MM-dd HH:mm`"),
    "Pattern": _of("string", role="pattern"),
    "NamelessPattern": _of("string", role="nameless pattern"),
    "JsonPath": Kind(_TEXT, role="jsonPath", reads=_reader("json", "read_path"), said="a path such as `$.a.b[0]`"),
    "Block": Kind(role="block"),
    "FieldName": Kind(_TEXT, role="field name"),
    "Spelled": _Generic(Kind(), spelled=True),
    "Written": _Generic(Kind(), role="constant", written=True),
    "AnyNumber": _Generic(Kind(), none=True),
    "SourceField": Kind(like="lookup_field"),
    "Names": Kind(role="names"),
}
