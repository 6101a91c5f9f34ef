"""Points in time as text, in the pattern language of Java's `DateTimeFormatter`.

    read_format("yyyy-MM-dd HH:mm")      # its parts, or None for an invalid pattern

A run of letters is a field, its length the form; `'quoted'` text stands for itself, as does whatever is no letter.
Brackets (optional parts) have no effect on writing, `p` pads the field that follows. Weeks are ISO weeks whatever the
locale [decided]. Full names of zones are not known: short ones stand for them; periods of the day (`B`) are refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from dqlkit.frozen import frozen
from dqlkit.regex import regex
from dqlkit.types.locales import Names, names_of
from dqlkit.types.text import moment_of
from dqlkit.types.units import SECOND
from dqlkit.types.values import Timestamp

__all__ = ["Letters", "Part", "format_timestamp", "read_format"]

_PIECES = regex(r"(?P<run>([A-Za-z])\2*)|'(?P<quoted>(?:[^']|'')*)'|(?P<fence>[\[\]])|(?P<plain>[^'\[\]{}#])")


@frozen
class Letters:
    """A run of one letter; `width` is what `p` letters before it ask for."""

    letter: str
    count: int
    width: int = 0


Part = Letters | str


@frozen
class Shown:
    """The moment that the fields show, with its parts."""

    clock: dt.datetime
    nanos: int
    zone: str
    names: Names

    @property
    def offset(self) -> int:
        return round((self.clock.utcoffset() or dt.timedelta()).total_seconds())


@lru_cache(maxsize=256)
def read_format(pattern: str) -> tuple[Part, ...] | None:
    """The parts of a pattern; None where it has an unknown letter, an open quote or a reserved character."""
    parts: list[Part] = []
    at = width = 0
    while at < len(pattern):
        piece = _PIECES.match(pattern, at)
        if piece is None:
            return None
        at = piece.end()
        if piece["run"]:
            field = Letters(piece["run"][0], len(piece["run"]), width)
            width = field.count if field.letter == "p" and not width else 0
            if not width and not _is_known(field):
                return None
            parts += [] if width else [field]
        elif width:
            return None
        elif piece["quoted"] is not None:
            parts.append(piece["quoted"].replace("''", "'") or "'")
        elif piece["plain"]:
            parts.append(piece["plain"])
    return None if width else tuple(parts)


def _is_known(field: Letters) -> bool:
    return field.count in _FORMS.get(field.letter, {})


def format_timestamp(instant: Timestamp, parts: Sequence[Part], zone: str, locale: str = "") -> str:
    """An instant in a known zone as the parts of a pattern say."""
    clock, nanos = moment_of(instant, zone)
    shown = Shown(clock, nanos, zone, names_of(locale))
    return "".join(part if isinstance(part, str) else _written(part, shown) for part in parts)


def _written(field: Letters, shown: Shown) -> str:
    return _FORMS[field.letter][field.count](shown).rjust(field.width)


# ---- fields ---------------------------------------------------------------------------------------------------------

Form = Callable[[Shown], str]
Number = Callable[[Shown], int]


def _padded(number: Number, *counts: int) -> dict[int, Form]:
    """Numbers with as many digits at least as there are letters."""
    return {count: lambda shown, count=count: f"{number(shown):0{count}d}" for count in counts}  # type: ignore[misc]


def _year(number: Number) -> dict[int, Form]:
    """Years: two letters are the last two digits."""
    return _padded(number, *range(1, 20)) | {2: lambda shown: f"{number(shown) % 100:02d}"}


def _named(
    number: Number, short: Callable[[Names], Sequence[str]], full: Callable[[Names], Sequence[str]]
) -> dict[int, Form]:
    """Names by three, four and five letters: abbreviated, in full, the first letter."""
    return {
        3: lambda shown: short(shown.names)[number(shown) - 1],
        4: lambda shown: full(shown.names)[number(shown) - 1],
        5: lambda shown: full(shown.names)[number(shown) - 1][0].upper(),
    }


def _same(form: Form, *counts: int) -> dict[int, Form]:
    return dict.fromkeys(counts, form)


def _quarter(shown: Shown) -> int:
    return (shown.clock.month + 2) // 3


def _week_of_month(shown: Shown) -> int:
    """Weeks from Monday; the first has at least four days in the month."""
    day, weekday = shown.clock.day, shown.clock.isoweekday()
    first = (weekday - day) % 7  # how many days after Monday the month begins
    return (day + first - 1) // 7 + (first <= 3)


def _of_day(shown: Shown) -> int:
    clock = shown.clock
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * SECOND + shown.nanos


def _offset(minutes: str, seconds: str = "", zero: str = "", colon: str = "") -> Form:
    """An offset: `minutes` is `always`, or `some` where only those that are not zero show; so are `seconds`."""

    def form(shown: Shown) -> str:
        if not shown.offset and zero:
            return zero
        rest, second = divmod(abs(shown.offset), 60)
        hour, minute = divmod(rest, 60)
        text = f"{'-' if shown.offset < 0 else '+'}{hour:02d}"
        if minutes == "always" or minute:
            text += f"{colon}{minute:02d}"
        return text + (f"{colon}{second:02d}" if seconds and second else "")

    return form


def _localized(full: bool) -> Form:
    def form(shown: Shown) -> str:
        if not shown.offset:
            return "GMT"
        hour, minute = divmod(abs(shown.offset) // 60, 60)
        sign = "-" if shown.offset < 0 else "+"
        if full:
            return f"GMT{sign}{hour:02d}:{minute:02d}"
        return f"GMT{sign}{hour}" + (f":{minute:02d}" if minute else "")

    return form


def _offsets(zero: str) -> dict[int, Form]:
    """`X` and `x`: hours, hours and minutes, with a colon, with seconds, with both."""
    return {
        1: _offset("some", zero=zero),
        2: _offset("always", zero=zero),
        3: _offset("always", zero=zero, colon=":"),
        4: _offset("always", "some", zero=zero),
        5: _offset("always", "some", zero=zero, colon=":"),
    }


_MONTH = _named(lambda shown: shown.clock.month, lambda names: names.short_months, lambda names: names.months)
_DAY = _named(lambda shown: shown.clock.isoweekday(), lambda names: names.short_days, lambda names: names.days)
_QUARTERS: dict[int, Form] = {
    3: lambda shown: f"Q{_quarter(shown)}",
    4: lambda shown: f"{('1st', '2nd', '3rd', '4th')[_quarter(shown) - 1]} quarter",
}
_SHORT_ZONE: Form = lambda shown: shown.clock.tzname() or shown.zone  # noqa: E731 - a row of the table below

#: By letter, then by how many of it.
_FORMS: Mapping[str, Mapping[int, Form]] = {
    "G": _same(lambda shown: "AD", 1, 2, 3) | {4: lambda shown: "Anno Domini", 5: lambda shown: "A"},
    "u": _year(lambda shown: shown.clock.year),
    "y": _year(lambda shown: shown.clock.year),
    "Y": _year(lambda shown: shown.clock.isocalendar().year),
    "D": _padded(lambda shown: shown.clock.timetuple().tm_yday, 1, 2, 3),
    "M": _padded(lambda shown: shown.clock.month, 1, 2) | _MONTH,
    "L": _padded(lambda shown: shown.clock.month, 1, 2) | _MONTH,
    "d": _padded(lambda shown: shown.clock.day, 1, 2),
    "Q": _padded(_quarter, 1, 2) | _QUARTERS,
    "q": _padded(_quarter, 1, 2) | _QUARTERS,
    "w": _padded(lambda shown: shown.clock.isocalendar().week, 1, 2),
    "W": _padded(_week_of_month, 1),
    "F": _padded(lambda shown: (shown.clock.day + 6) // 7, 1),
    "E": _same(_DAY[3], 1, 2) | _DAY,
    "e": _padded(lambda shown: shown.clock.isoweekday(), 1, 2) | _DAY,
    "c": _padded(lambda shown: shown.clock.isoweekday(), 1) | _DAY,
    "a": _same(lambda shown: shown.names.halves[shown.clock.hour >= 12], 1),
    "h": _padded(lambda shown: (shown.clock.hour + 11) % 12 + 1, 1, 2),
    "K": _padded(lambda shown: shown.clock.hour % 12, 1, 2),
    "k": _padded(lambda shown: (shown.clock.hour + 23) % 24 + 1, 1, 2),
    "H": _padded(lambda shown: shown.clock.hour, 1, 2),
    "m": _padded(lambda shown: shown.clock.minute, 1, 2),
    "s": _padded(lambda shown: shown.clock.second, 1, 2),
    "S": {n: lambda shown, n=n: f"{shown.nanos:09d}"[:n] for n in range(1, 10)},  # type: ignore[misc]
    "n": _padded(lambda shown: shown.nanos, *range(1, 20)),
    "A": _padded(lambda shown: _of_day(shown) // 1_000_000, *range(1, 20)),
    "N": _padded(_of_day, *range(1, 20)),
    "V": _same(lambda shown: shown.zone, 2),
    "v": _same(_SHORT_ZONE, 1, 4),
    "z": _same(_SHORT_ZONE, 1, 2, 3, 4),
    "O": {1: _localized(full=False), 4: _localized(full=True)},
    "X": _offsets("Z"),
    "x": _offsets(""),
    "Z": _same(_offset("always"), 1, 2, 3) | {4: _localized(full=True), 5: _offset("always", "some", "Z", ":")},
}
