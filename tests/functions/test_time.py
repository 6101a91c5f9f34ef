"""Calendars, clocks and formats: what the documentation says, and the days on which clocks change."""

from __future__ import annotations

from typing import Any

import pytest

import dqlkit
from dqlkit.types.calendar import align_instant, offsets, shift_instant
from dqlkit.types.dateformat import format_timestamp, read_format
from dqlkit.types.text import format_instant, parse_instant
from dqlkit.types.values import Timestamp

VIENNA, HAVANA, NEPAL = "Europe/Vienna", "America/Havana", "Asia/Kathmandu"


def at(text: str, zone: str = "UTC") -> Timestamp:
    found = parse_instant(text, zone)
    assert found is not None, text
    return found


def value(expression: str, **options: Any) -> Any:
    options = {"now": "2024-09-04T14:47:05+02:00", "timezone": VIENNA} | options
    return dqlkit.query(f"data record(r = {expression})", {}, **options).records[0]["r"]


@pytest.mark.parametrize(
    ("text", "zone", "wanted"),
    [
        ("2024-05-17T10:44:30Z", "UTC", "2024-05-17T10:44:30.000000000Z"),
        ("2024-05-17T10:44:30.123456789123Z", "UTC", "2024-05-17T10:44:30.123456789Z"),
        ("2024-05-17T10:44:30,5+0530", "UTC", "2024-05-17T05:14:30.500000000Z"),
        ("2024-05-17 10:44", VIENNA, "2024-05-17T08:44:00.000000000Z"),
        ("2024-05-17", VIENNA, "2024-05-16T22:00:00.000000000Z"),
        ("2024-05-17T10:44-08", "UTC", "2024-05-17T18:44:00.000000000Z"),
        ("2024-03-31T02:30:00", VIENNA, "2024-03-31T01:30:00.000000000Z"),  # the clock skips it
        ("2024-10-27T02:30:00", VIENNA, "2024-10-27T00:30:00.000000000Z"),  # the clock shows it twice
        ("2024-02-30", "UTC", None),
        ("2024-05-17T24:00:00", "UTC", None),
        ("2024-05-17T10", "UTC", None),
        ("17.05.2024", "UTC", None),
        ("1600-01-01", "UTC", None),  # before the range of 64 bits
        ("٢٠٢٤-05-17", "UTC", None),
    ],
)
def test_iso_8601(text: str, zone: str, wanted: str | None) -> None:
    found = parse_instant(text, zone)
    assert (found and format_instant(found)) == wanted


@pytest.mark.parametrize(
    ("amount", "unit", "moment", "zone", "wanted"),
    [
        (15, "m", "2024-09-04T14:47:05", VIENNA, "2024-09-04T14:45:00"),
        (1, "h", "2024-09-04T14:47:05", NEPAL, "2024-09-04T14:00:00"),
        (6, "h", "2024-09-04T14:47:05", VIENNA, "2024-09-04T12:00:00"),
        (1, "d", "2024-09-04T14:47:05", VIENNA, "2024-09-04T00:00:00"),
        (1, "w", "2024-09-04T14:47:05", VIENNA, "2024-09-02T00:00:00"),
        (1, "w0", "2024-09-04T14:47:05", VIENNA, "2024-09-01T00:00:00"),
        (1, "w7", "2024-09-04T14:47:05", VIENNA, "2024-09-01T00:00:00"),
        (1, "w3", "2024-09-04T14:47:05", VIENNA, "2024-09-04T00:00:00"),
        (1, "w4", "2024-09-04T14:47:05", VIENNA, "2024-08-29T00:00:00"),
        (1, "M", "2024-09-04T14:47:05", VIENNA, "2024-09-01T00:00:00"),
        (1, "q", "2024-09-04T14:47:05", VIENNA, "2024-07-01T00:00:00"),
        (1, "y", "2024-09-04T14:47:05", VIENNA, "2024-01-01T00:00:00"),
        (500, "ms", "2024-09-04T14:47:05.9", VIENNA, "2024-09-04T14:47:05.5"),
        # Clocks go from 02:00 to 03:00: hours count with the new offset, so 24 hours begin before the day does.
        (1, "d", "2024-03-31T12:00:00", VIENNA, "2024-03-31T00:00:00"),
        (24, "h", "2024-03-31T12:00:00", VIENNA, "2024-03-30T23:00:00"),
        # Midnight comes twice in Havana: the day begins with the first one.
        (1, "d", "2024-11-03T12:00:00", HAVANA, "2024-11-03T00:00:00"),
        # ... and not at all in spring: it begins at one o'clock.
        (1, "d", "2024-03-10T12:00:00", HAVANA, "2024-03-10T01:00:00"),
    ],
)
def test_rounding_down(amount: int, unit: str, moment: str, zone: str, wanted: str) -> None:
    assert align_instant(at(moment, zone), amount, unit, zone) == at(wanted, zone)


@pytest.mark.parametrize(("amount", "unit"), [(7, "m"), (5, "h"), (2, "d"), (2, "w1"), (0, "h"), (-1, "m"), (1, "w8")])
def test_what_does_not_divide(amount: int, unit: str) -> None:
    assert align_instant(Timestamp(0), amount, unit, "UTC") is None


@pytest.mark.parametrize(
    ("moment", "amount", "unit", "wanted"),
    [
        ("2024-03-31T00:00:00", -1, "M", "2024-02-29T00:00:00"),
        ("2024-01-31T08:00:00", 1, "q", "2024-04-30T08:00:00"),
        ("2024-02-29T08:00:00", -1, "y", "2023-02-28T08:00:00"),
        ("2024-03-30T12:00:00", 1, "d", "2024-03-31T12:00:00"),  # 23 hours later
        ("2024-03-30T02:30:00", 1, "d", "2024-03-31T03:30:00"),  # 02:30 is skipped
        ("2024-09-04T14:47:05", -2, "w", "2024-08-21T14:47:05"),
    ],
)
def test_steps_of_the_calendar(moment: str, amount: int, unit: str, wanted: str) -> None:
    assert shift_instant(at(moment, VIENNA), amount, unit, VIENNA) == at(wanted, VIENNA)


def test_an_hour_shown_twice_keeps_its_offset() -> None:
    first, second = at("2024-10-27T00:30:00Z"), at("2024-10-27T01:30:00Z")
    assert shift_instant(at("2024-10-26T02:30:00", VIENNA), 1, "d", VIENNA) == first
    assert shift_instant(at("2024-10-28T02:30:00", VIENNA), -1, "d", VIENNA) == second


def test_steps_beyond_the_range_are_null() -> None:
    assert shift_instant(Timestamp(0), 300, "y", "UTC") is None
    assert shift_instant(Timestamp(0), 10**18, "d", "UTC") is None


def test_offsets_of_a_year() -> None:
    year = [seconds for _, seconds in offsets(VIENNA, 2024)]
    assert year == [3600, 7200, 3600]
    assert [seconds for _, seconds in offsets(VIENNA, 2200)] == year
    assert [seconds for _, seconds in offsets("Asia/Kolkata", 2024)] == [19800]


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS", "2024-05-17T12:04:09.012345678"),
        ("y yy uuuu", "2024 24 2024"),
        ("M MM MMM MMMM MMMMM", "5 05 May May M"),
        ("d dd D DDD", "17 17 138 138"),
        ("E EEEE e c", "Fri Friday 5 5"),
        ("h hh H K k a", "12 12 12 0 12 PM"),
        ("m mm s ss S SSS", "4 04 9 09 0 012"),
        ("Q QQQ w ww YYYY W F", "2 Q2 20 20 2024 3 3"),
        ("VV z Z XXX X x O OOOO", "Europe/Vienna CEST +0200 +02:00 +02 +02 GMT+2 GMT+02:00"),
        ("A n N G", "43449012 12345678 43449012345678 AD"),
        ("'o''clock' ''", "o'clock '"),
        ("ppppM|[HH]", "   5|12"),
        ("", ""),
    ],
)
def test_patterns(pattern: str, wanted: str) -> None:
    parts = read_format(pattern)
    assert parts is not None
    assert format_timestamp(at("2024-05-17T12:04:09.012345678", VIENNA), parts, VIENNA) == wanted


@pytest.mark.parametrize("pattern", ["b", "'open", "yyyy{", "hhh", "VVV", "pp", "SSSSSSSSSS"])
def test_patterns_that_say_nothing(pattern: str) -> None:
    assert read_format(pattern) is None


def test_weeks_of_a_month_begin_on_monday() -> None:
    parts = read_format("W")
    assert parts is not None
    first_days = ["2024-09-01", "2024-09-02", "2024-08-01", "2024-08-05", "2024-01-01"]  # Sunday, Monday, Thursday …
    assert [format_timestamp(at(day), parts, "UTC") for day in first_days] == ["0", "1", "1", "2", "1"]


def test_names_in_other_languages() -> None:
    moment = 'toTimestamp("2024-03-15T10:00:00Z"), format: "EEEE d. MMMM"'
    assert value(f'formatTimestamp({moment}, locale: "de-AT")') == "Freitag 15. März"
    assert value(f'formatTimestamp({moment}, locale: "fr")') == "vendredi 15. mars"
    result = dqlkit.query(f'data record(r = formatTimestamp({moment}, locale: "ja"))', {})
    assert result.records[0]["r"] == "Friday 15. March"
    assert [n["notificationType"] for n in result.metadata["grail"]["notifications"]] == ["LOCALE_NOT_SUPPORTED"]


def test_extractors_are_in_utc_and_formats_in_the_zone_of_the_query() -> None:
    moment = 'toTimestamp("2024-05-17T22:30:00Z")'
    assert value(f"getHour({moment})") == "22"
    assert value(f'getDayOfMonth({moment}, timezone: "{VIENNA}")') == "18"
    assert value(f'formatTimestamp({moment}, format: "d HH")') == "18 00"


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("@d", "2024-09-03T22:00:00.000000000Z"),
        ("-1M@M", "2024-07-31T22:00:00.000000000Z"),
        ("-7days@d", "2024-08-27T22:00:00.000000000Z"),
        ("now()-2h@h", "2024-09-04T10:00:00.000000000Z"),
        ("now()@w1 - 1y", "2023-09-01T22:00:00.000000000Z"),
    ],
)
def test_moments_from_now(expression: str, wanted: str) -> None:
    found = parse_instant(value(expression))
    assert found is not None
    assert format_instant(found) == wanted
