"""Long readings are shown on a terminal, and nowhere else."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

import dqlkit
from dqlkit.cli import meter
from dqlkit.cli.meter import Meter
from dqlkit.sources.progress import Share, followed


def test_who_follows_is_told_of_all_bytes_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "t.ndjson.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n' * 100_000))
    told: list[tuple[str, int, int]] = []
    with followed(lambda *place: told.append(place)):
        assert dqlkit.query("fetch t | summarize count()", {"t": path}).records == [{"count()": "100000"}]
    size = path.stat().st_size
    assert told[-1] == (str(path), size, size)


def test_a_long_reading_is_shown_with_rate_and_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 0.5, 1.5, 1.6, 2.0])
    monkeypatch.setattr(meter.time, "monotonic", lambda: next(now))
    stream = io.StringIO()
    shown = Meter(stream)
    for read in (0, 20_000_000, 30_000_000, 31_000_000, 40_000_000):
        shown.tell("exports/big\x1b.ndjson", read, 100_000_000)
    shown.end()
    first, second, rest = stream.getvalue().split("\x1b[K")[:3]
    assert first == "\rreading big\\x1b.ndjson: 30%, 20 MB/s, 4 s left"
    assert second == "\rreading big\\x1b.ndjson: 40%, 20 MB/s, 3 s left"
    assert rest == "\r"


def test_a_second_reading_is_timed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 50.0, 60.0, 62.0])
    monkeypatch.setattr(meter.time, "monotonic", lambda: next(now))
    stream = io.StringIO()
    shown = Meter(stream)
    for read in (0, 100_000_000, 0, 50_000_000):
        shown.tell("t", read, 100_000_000)
    assert stream.getvalue().split("\x1b[K")[-2] == "\rreading t: 50%, 25 MB/s, 2 s left"


def test_the_share_of_all_files() -> None:
    told: list[float] = []
    share = Share(told.append)
    for name, read, size in (
        ("a", 0, 100),
        ("b", 0, 300),
        ("a", 100, 100),
        ("b", 150, 300),
        ("b", 4, 300),
        ("b", 300, 300),
    ):
        share(name, read, size)
    assert told == [0, 0, 0.25, 0.625, 0.625, 1]


def test_a_short_reading_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 1.1, 1.2])
    monkeypatch.setattr(meter.time, "monotonic", lambda: next(now))
    stream = io.StringIO()
    shown = Meter(stream)
    for read in (0, 90, 100):
        shown.tell("t", read, 100)
    shown.end()
    assert stream.getvalue() == ""
