"""Makes a typed column of a field's values, and counts values that have to be changed.

- A whole number beyond 64 bits becomes the nearest double, as Java and JavaScript readers have it [decided].
- A number beyond doubles stays text, with the characters that were read [decided].
- Half a surrogate pair is no character: it becomes U+FFFD.
- Values are nested in at most 48 levels, since Arrow and Parquet hold no more; deeper ones are an error [decided].
- A time of Python, NumPy or pandas that 64 bits of nanoseconds cannot tell becomes text [decided].

A number with a fraction or an exponent is the nearest double, which is what DQL's type says; nothing is counted there.
Values are looked at by class and member, a whole column at a time: nested values are taken apart, and only columns of
mixed types go value by value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeAlias

import polars as pl

from dqlkit.engines.polars.physical import LEVELS, arrays_of, dtype_of, series_of
from dqlkit.errors import SourceError
from dqlkit.frozen import field, frozen, mutable
from dqlkit.functions.context import Notice
from dqlkit.functions.lazy import arrow_pays
from dqlkit.sources.json_text import Digits, Mended, Spelled
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, Array, Record, Type, depth, join_all
from dqlkit.types.values import LONG_MAX, LONG_MIN, Value, type_of

__all__ = ["Changes", "Column", "column_of"]

Column: TypeAlias = tuple[pl.Series, Type]

_PLAIN = {bool: BOOLEAN, float: DOUBLE, str: STRING}
_NESTED = (list, dict)
#: The classes of texts that stand for something else.
_STANDING = frozenset({Digits, Mended, Spelled})
_NULLS = {type(None)}


@mutable
class Changes:
    """Counts, by field, of the values that had to be changed."""

    rounded: Counter[str] = field(default_factory=Counter)
    digits: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    spelled: Counter[str] = field(default_factory=Counter)

    def notices(self) -> Iterator[Notice]:
        for name, count in self.rounded.items():
            yield self._notice(name, count, "of more than 64 bits became the nearest double", "whole number")
        for name, count in self.digits.items():
            yield self._notice(name, count, "beyond the range of the type double stayed text", "number")
        for name, count in self.mended.items():
            yield self._notice(name, count, "with half a surrogate pair got U+FFFD in its place", "text")

        for name, count in self.spelled.items():
            yield self._notice(name, count, "beyond 64 bits of nanoseconds became text", "time")

    @property
    def by_class(self) -> dict[type, Counter[str]]:
        """What counts the texts of each class of them."""
        return {Digits: self.digits, Mended: self.mended, Spelled: self.spelled}

    @staticmethod
    def _notice(name: str, count: int, what: str, noun: str) -> Notice:
        return Notice("VALUES_OUT_OF_RANGE", f"`{name}`: {count} {noun}{'' if count == 1 else 's'} {what}.")


def column_of(name: str, values: Sequence[Value], changes: Changes) -> Column:
    """The column of a field."""
    try:
        series, kind = _Builder(name, changes).column(values, 0)
        if depth(kind) <= LEVELS:
            return series, kind
    except RecursionError:
        pass
    raise SourceError.of("R102", f"field `{name}`: expected values of at most {LEVELS} levels, found deeper ones.")


@frozen
class _Builder:
    """Builds the column of one field, nested values included."""

    name: str
    changes: Changes

    def column(self, values: Sequence[Value], level: int) -> Column:
        classes = set(map(type, values)) - _NULLS
        if not classes:
            return pl.repeat(None, len(values), dtype=pl.Boolean, eager=True), NULL
        if len(classes) == 1:
            found = self._uniform(next(iter(classes)), values, level)
            if found is not None:
                return found
        fitted = [self._fitted(value) for value in values]
        kind = _kind(fitted)
        return series_of(fitted, kind), kind

    def _uniform(self, cls: type, values: Sequence[Value], level: int) -> Column | None:
        """A column of values of one class; None where they differ nevertheless."""
        if cls in _PLAIN:
            return pl.Series(values, dtype=dtype_of(_PLAIN[cls])), _PLAIN[cls]
        if cls is int:
            try:
                return pl.Series(values, dtype=pl.Int64, strict=True), LONG
            except (OverflowError, TypeError):
                return None
        if level >= LEVELS:
            raise RecursionError
        if cls is list:
            return self._array(values, level + 1) if arrow_pays(len(values)) else None
        return self._record(values, level + 1) if cls is dict else None

    def _array(self, values: Sequence[Value], level: int) -> Column:
        lengths = pl.Series([None if value is None else len(value) for value in values], dtype=pl.Int64)
        items, kind = self.column(list(chain.from_iterable(value for value in values if value)), level)
        return arrays_of(items, lengths), Array(kind)

    def _record(self, values: Sequence[Value], level: int) -> Column | None:
        """Objects that all have the same members, member by member."""
        members = next(value for value in values if value is not None).keys()
        if not members or any(value.keys() != members for value in values if value is not None):
            return None
        columns = {
            member: self.column([None if value is None else value[member] for value in values], level)
            for member in members
        }
        made = pl.DataFrame({member: series for member, (series, _) in columns.items()}).to_struct()
        if None in values:
            present = pl.Series([value is not None for value in values])
            made = made.alias("").to_frame().select(pl.when(present).then(pl.col(""))).to_series()
        return made, Record((member, kind) for member, (_, kind) in columns.items())

    def _fitted(self, value: Value) -> Value:
        """The value changed so that a DQL type can hold it."""
        cls = type(value)
        if cls is int and not LONG_MIN <= value <= LONG_MAX:
            return self._double(value)
        if cls in _STANDING:
            self.changes.by_class[cls][self.name] += 1
            return str(value)
        if cls is list:
            return [self._fitted(item) for item in value]
        return {member: self._fitted(inner) for member, inner in value.items()} if cls is dict else value

    def _double(self, value: int) -> float | str:
        try:
            number = float(value)
        except OverflowError:
            self.changes.digits[self.name] += 1
            return _digits(value)
        self.changes.rounded[self.name] += 1
        return number


def _digits(value: int) -> str:
    # Python refuses to spell integers of more than 4,300 digits at once.
    sign, rest, parts = "-" if value < 0 else "", abs(value), []
    while rest:
        rest, part = divmod(rest, 10**4000)
        parts.append(f"{part:04000d}")
    return sign + "".join(reversed(parts)).lstrip("0")


def _kind(values: Sequence[Value]) -> Type:
    """The type that holds all values. One value stands for all of its class, but arrays and records differ."""
    examples = {type(value): value for value in values}
    scalars = [value for cls, value in examples.items() if cls not in _NESTED]
    nested: Iterable[Value] = (
        [value for value in values if type(value) in _NESTED] if len(scalars) < len(examples) else []
    )
    return join_all(dict.fromkeys(map(type_of, [*nested, *scalars])))
