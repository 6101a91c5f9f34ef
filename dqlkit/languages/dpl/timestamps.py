"""Points in time in the letters of `TIMESTAMP('yyyy-MM-dd')`: the letters of Java with rules of their own.

One letter, or five and more, is a number of any width; two to four letters are as many digits. Digits may be padded
with zeros or blanks. `S` is a number of milliseconds, which may be more than a second has; `f` is a decimal fraction.
Four and more `S` are a fraction too [decided: as a number they would be minutes, and logs write microseconds so].
A format of `s`, `S` and `f` alone counts from 1970. What is larger than the largest unit given comes from the clock's
base: `MMM d` is in its year. Milliseconds are the precision, as documented.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from dqlkit.frozen import frozen
from dqlkit.languages.dpl.program import Clock
from dqlkit.regex import regex
from dqlkit.types.locales import language_of, names_of
from dqlkit.types.text import instant_of, moment_of, timezone
from dqlkit.types.units import SECOND
from dqlkit.types.values import Timestamp

__all__ = ["LETTERS", "Format", "zone_of"]

LETTERS = "GyYMwWDdFEuaHkKhmsSfzZ"

_MILLI = 1_000_000
_PIVOT = 32

#: What a zone's abbreviation says of its distance to UTC, in hours. It is the same all year round.
_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "met": 1, "cest": 2,
    "mesz": 2, "mest": 2, "eet": 2, "sast": 2, "cat": 2, "eest": 3, "msk": 3, "eat": 3, "trt": 3, "gst": 4, "pkt": 5,
    "ist": 5.5, "ict": 7, "wib": 7, "hkt": 8, "sgt": 8, "awst": 8, "pht": 8, "jst": 9, "kst": 9, "acst": 9.5,
    "aest": 10, "acdt": 10.5, "aedt": 11, "nzst": 12, "nzdt": 13, "hst": -10, "akst": -9, "akdt": -8, "pst": -8,
    "pdt": -7, "mst": -7, "mdt": -6,
    "cst": -6, "cdt": -5, "est": -5, "edt": -4, "ast": -4, "adt": -3, "nst": -3.5, "brt": -3, "art": -3, "clt": -4,
}  # fmt: skip
ZONE = r"(?:GMT|UTC)?[+-][0-9]{1,2}(?::?[0-9]{2})?|[A-Za-z]+(?:/[A-Za-z_]+)*"


@lru_cache(maxsize=256)
def zone_of(name: str) -> dt.tzinfo | None:
    """The zone that a text names: an offset, an abbreviation or a region; None for anything else."""
    hours = _ZONES.get(name.lower())
    return timezone(name) if hours is None else dt.timezone(dt.timedelta(hours=hours))


@frozen
class Names:
    """Names in small letters without full stops, and the numbers they stand for."""

    months: Mapping[str, int]
    short_months: Mapping[str, int]
    days: Mapping[str, int]
    short_days: Mapping[str, int]


#: Abbreviations that are still about, beside those of the locale data.
_FURTHER = {"de": {"mrz": 3}}


@lru_cache(maxsize=64)
def _names(locale: str) -> Names:
    names = names_of(locale)
    short_months = _short(names.short_months, names.months) | _FURTHER.get(language_of(locale), {})
    return Names(_numbered(names.months), short_months, _numbered(names.days), _short(names.short_days, names.days))


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name.lower(): number for number, name in enumerate(names, 1)}


def _short(short: Sequence[str], full: Sequence[str]) -> dict[str, int]:
    """The abbreviations, and the first three letters of a name where no other name begins so."""
    found = _numbered([name.rstrip(".") for name in short])
    for number, name in enumerate(full, 1):
        head = name[:3].lower()
        if sum(other.lower().startswith(head) for other in full) == 1:
            found.setdefault(head, number)
    return found


@frozen
class Letters:
    """A run of one letter: what it takes, and under which name it counts."""

    letter: str
    count: int
    regex: str
    name: str

    @property
    def kind(self) -> str:
        """`number`, `zone` or `name`."""
        if self.letter in "zZ":
            return "zone"
        return "name" if self.letter in "aEG" or (self.letter == "M" and self.count > 2) else "number"

    @property
    def exact(self) -> bool:
        """Whether a number has as many digits as there are letters."""
        return 1 < self.count < 5 and not (self.letter in "yY" and self.count == 3)


class Format:
    """A format, read once. `regex` takes what may be a point in time, `read` says which."""

    def __init__(self, text: str, locale: str = "") -> None:
        self.names = _names(locale)
        self.parts = list(_parts(text, self.names))
        self.fields = [part for part in self.parts if isinstance(part, Letters)]
        self.regex = "".join(p if isinstance(p, str) else f"(?:{p.regex})" for p in self.parts)
        groups = (p if isinstance(p, str) else f"({p.regex})" for p in self.parts)
        self._match = re.compile("".join(groups)).fullmatch
        given = {field.name for field in self.fields}
        self.from_epoch = (not given & _CALENDAR and "second" in given) or given in ({"milli"}, {"fraction"})
        self._given = given

    @property
    def first(self) -> str:
        """The characters it may begin with, as between brackets."""
        part = self.parts[0] if self.parts else ""
        if isinstance(part, Letters):
            return {"number": "0-9 ", "zone": "A-Za-z+-"}.get(part.kind, _LETTER)
        character = part[-len(part) + (part[:1] == "\\") :][:1]
        return character if character.isalnum() else "\\" + character

    @property
    def more(self) -> str:
        """The characters of which it may take more or fewer, as between brackets."""
        part = self.parts[-1] if self.parts else ""
        if isinstance(part, str) or (part.kind == "number" and part.exact):
            return ""
        return {"number": "0-9", "zone": "A-Za-z0-9:/_+-"}.get(part.kind, _LETTER + ".")

    @staticmethod
    @lru_cache(maxsize=256)
    def of(text: str, locale: str = "") -> Format:
        return Format(text, locale)

    def read(self, text: str, zone: str, clock: Clock) -> Timestamp | None:
        """The point in time that a text spells; `zone` is for texts that name none."""
        found = self._match(text)
        if found is None:
            return None
        values: dict[str, int | str] = {}
        for field, piece in zip(self.fields, found.groups(), strict=True):
            read = _READERS.get(field.letter, _number)
            value = read(piece, field, self.names)
            if value is None:
                return None
            values[field.name] = value
        return self._instant(values, zone, clock)

    def _instant(self, values: Mapping[str, int | str], zone: str, clock: Clock) -> Timestamp | None:
        extra = int(values.get("milli", 0)) * _MILLI + int(values.get("fraction", 0)) // _MILLI * _MILLI
        if self.from_epoch:
            total = int(values.get("second", 0)) * SECOND + extra
            return Timestamp(total) if total < 2**63 else None
        info = zone_of(str(values["zone"])) if "zone" in values else timezone(zone) or zone_of(zone)
        day = self._day(values, clock)
        time = _time(values)
        if info is None or day is None or time is None:
            return None
        try:
            found = instant_of(dt.datetime.combine(day, time, info))
        except (OverflowError, ValueError):
            return None
        return None if found is None or found.nanos + extra >= 2**63 else Timestamp(found.nanos + extra)

    def _day(self, values: Mapping[str, int | str], clock: Clock) -> dt.date | None:
        base = moment_of(clock.base, clock.zone)[0].date()
        year = int(values.get("year", base.year))
        if values.get("era") == 0:
            return None
        try:
            if "day of year" in values:
                return dt.date(year, 1, 1) + dt.timedelta(days=_within(values, "day of year", 1, 366) - 1)
            if "week" in values and "month" not in values:
                week_year, weekday = int(values.get("week year", year)), int(values.get("weekday", 1))
                return dt.date.fromisocalendar(week_year, int(values["week"]), weekday)
            larger = bool(self._given & {"year", "week year"})
            month = int(values.get("month", 1 if larger else base.month))
            day = int(values.get("day", 1 if larger or "month" in values else base.day))
            return dt.date(int(values.get("year", values.get("week year", base.year))), month, day)
        except (OverflowError, ValueError):
            return None


_LETTER = r"A-Za-z\u0080-\uffff"
_CALENDAR = frozenset({"year", "week year", "month", "day", "day of year", "hour", "minute", "week", "half hour"})


def _within(values: Mapping[str, int | str], name: str, least: int, most: int) -> int:
    value = int(values[name])
    if not least <= value <= most:
        raise ValueError(name)
    return value


def _time(values: Mapping[str, int | str]) -> dt.time | None:
    """The time of day. Hours of half a day without an `a` beside them are taken for those of a whole one [decided]."""
    hour = int(values.get("hour", 0))
    if "half" in values and "half hour" in values:
        half_hour = int(values["half hour"])
        if half_hour > 12:
            return None
        hour = half_hour % 12 + 12 * int(values["half"])
    elif "half hour" in values:
        hour = int(values["half hour"])
    try:
        return dt.time(hour, int(values.get("minute", 0)), int(values.get("second", 0)))
    except ValueError:
        return None


# ---- letters --------------------------------------------------------------------------------------------------------

_NAMES = {
    "G": "era", "y": "year", "Y": "week year", "M": "month", "w": "week", "W": "week of month", "D": "day of year",
    "d": "day", "F": "day of week in month", "E": "weekday", "u": "number", "a": "half", "H": "hour", "k": "hour",
    "K": "half hour", "h": "half hour", "m": "minute", "s": "second", "S": "milli", "f": "fraction", "z": "zone",
    "Z": "zone",
}  # fmt: skip
_PIECE = regex(rf"'((?:[^']|'')*)'|([{LETTERS}])\2*|(.)", re.DOTALL)


def _parts(text: str, names: Names) -> Iterator[str | Letters]:
    letters = {found[2] for found in _PIECE.finditer(text) if found[2]}
    for found in _PIECE.finditer(text):
        quoted, letter, _ = found.groups()
        if letter:
            yield _field(letter, len(found[0]), letters, names)
        else:
            yield re.escape("'" if found[0] == "''" else quoted.replace("''", "'") if quoted is not None else found[0])


def _field(letter: str, count: int, letters: set[str], names: Names) -> Letters:
    name = "fraction" if letter == "S" and count > 3 else _NAMES[letter]
    return Letters(letter, count, _taken(letter, count, letters, names), name)


def _taken(letter: str, count: int, letters: set[str], names: Names) -> str:
    if letter == "M" and count > 2:
        return _one_of(names.months if count > 3 else names.short_months)
    if letter == "E":
        return _one_of(names.days if count > 3 else names.short_days)
    if letter in _TEXTS:
        return _TEXTS[letter]
    if letter == "s":
        return _digits(count, "0-5") if letters & set("yYMdDHkKhm") else "[0-9]{1,18}"
    if letter in "Sf":
        alone = letter == "S" and not letters - {"S"}
        return f"[0-9]{{{count}}}" if 1 < count < 5 else f"[0-9]{{1,{18 if alone else 9}}}"
    if letter in "yY":
        return {2: "[0-9]{2}", 4: "[0-9]{4}"}.get(count, " *[0-9]{1,4}")
    return _digits(count)


_TEXTS = {
    "G": "[Aa][Dd]|[Bb][Cc]|[Cc][Ee]|[Bb][Cc][Ee]",
    "a": r"[AaPp]\.?[Mm]\.?",
    "z": ZONE,
    "Z": ZONE,
}


def _digits(count: int, first: str = "0-9") -> str:
    """Digits, padded with zeros or blanks: of any width, or as wide as there are letters."""
    if count == 1 or count > 4:
        return " *[0-9]{1,9}"
    if count == 2:
        return f"[ {first}][0-9]"
    return "|".join(f"{' ' * blanks}[0-9]{{{count - blanks}}}" for blanks in range(count))


def _one_of(names: Iterable[str]) -> str:
    """The names in any letter case, the longest first; a full stop may follow."""
    longest = sorted(set(names), key=lambda name: (-len(name), name))
    return "(?:" + "|".join("".join(_any_case(c) for c in name) for name in longest) + r")\.?"


def _any_case(character: str) -> str:
    upper = character.upper()
    return re.escape(character) if upper == character else f"[{character}{upper}]"


def _number(text: str, field: Letters, names: Names) -> int | None:
    return int(text)


def _year(text: str, field: Letters, names: Names) -> int | None:
    year = int(text)
    short = field.count < 3 and len(text.strip()) <= 2
    return year + (2000 if year < _PIVOT else 1900) if short else year


def _month(text: str, field: Letters, names: Names) -> int | None:
    if field.count < 3:
        return int(text)
    return (names.months if field.count > 3 else names.short_months)[text.rstrip(".").lower()]


def _weekday(text: str, field: Letters, names: Names) -> int | None:
    return (names.days if field.count > 3 else names.short_days)[text.rstrip(".").lower()]


def _hour(text: str, field: Letters, names: Names) -> int | None:
    hour = int(text)
    return 0 if field.letter == "k" and hour == 24 else hour


def _thousandths(text: str, field: Letters, names: Names) -> int | None:
    return int(text.ljust(9, "0")) if field.name == "fraction" else int(text)


_READERS: dict[str, Callable[[str, Letters, Names], int | str | None]] = {
    "y": _year,
    "M": _month,
    "E": _weekday,
    "k": _hour,
    "S": _thousandths,
    "f": lambda text, field, names: int(text.ljust(9, "0")),
    "a": lambda text, field, names: int(text[0] in "Pp"),
    "G": lambda text, field, names: int(text[0] in "AaCc"),
    "z": lambda text, field, names: text,
    "Z": lambda text, field, names: text,
}
