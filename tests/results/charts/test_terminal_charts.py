"""Charts of text."""

from __future__ import annotations

from typing import Any

import pytest

from dqlkit.engines.polars import Frame
from dqlkit.results import Result
from dqlkit.results.cells import display_width
from dqlkit.results.charts import figure_of
from dqlkit.results.charts.terminal import lines
from dqlkit.types import Timeframe, Timestamp

HOUR = Timeframe(Timestamp(0), Timestamp(3600 * 10**9))


def drawn(records: list[dict[str, Any]], width: int) -> str:
    return "\n".join(lines(figure_of(Result.of(Frame.from_records(records))), width))


def test_bars() -> None:
    records = [{"shop": "north", "sales": 8.0}, {"shop": "south", "sales": 3.0}, {"shop": "west", "sales": None}]
    assert drawn(records, 23) == "north  8.0 ████████████\nsouth  3.0 ████▌\nwest  null"


def test_several_numbers_of_each_category() -> None:
    records = [{"shop": "north", "sales": 8, "staff": 2}, {"shop": "south", "sales": 4, "staff": 1}]
    assert drawn(records, 25) == (
        "shop\n"
        "north\n  sales 8 ███████████████\n  staff 2 ███████████████\n"
        "south\n  sales 4 ███████▌\n  staff 1 ███████▌"
    )  # fmt: skip


def test_one_series_is_a_chart_with_axes() -> None:
    series = {"timeframe": HOUR, "host": "a", "load": [0.0, None, 7.0, 3.5]}
    assert drawn([series], 60).split("\n") == [
        "load · a",
        "7.0 ┤                ████████",
        *["    │                ████████"] * 3,
        *["    │                ████████████████"] * 3,
        "  0 ┤                ████████████████",
        "    └────────────────────────────────",
        "     1970-01-01T00:00:00Z … 1970-01-01T01:00:00Z",
    ]


def test_several_series_are_a_line_each() -> None:
    records = [
        {"timeframe": HOUR, "host": host, "load": [0, None, top], "temp": [1, 1, 1]}
        for host, top in (("a", 7), ("b", 3))
    ]
    assert drawn(records, 60) == (
        "1970-01-01T00:00:00Z … 1970-01-01T01:00:00Z\n"
        "load · a ▁▁▁▁▁▁▁▁        ████████ 0 … 7\n"
        "load · b ▁▁▁▁▁▁▁▁        ████████ 0 … 3\n"
        "temp · a ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ 1 … 1\n"
        "temp · b ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ 1 … 1"
    )


@pytest.mark.parametrize("width", [20, 33, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    many = [{"timeframe": HOUR, "host": "日本" * n, "load": [*range(300)]} for n in range(1, 4)]
    for records in (many, many[:1], [{"k": "x" * 99, "v": 5}, {"k": "y", "v": -7}]):
        assert max(map(display_width, drawn(records, width).split("\n"))) <= width
