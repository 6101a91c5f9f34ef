"""What is compiled is there where it can be, and answers as the rest does."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dqlkit
from dqlkit import compiled
from dqlkit.results.json_lines import write_lines
from dqlkit.types.text import format_instant, parse_instant
from dqlkit.types.values import Timestamp
from tests.profiles import examples

MODULES = ("instants", "json_decoder", "json_encoder")
NANOS = st.integers(-(2**63), 2**63 - 1)
TIMES = st.builds(
    lambda nanos, zone, digits: format_instant(Timestamp(nanos), zone).replace("000000", "", digits),
    NANOS,
    st.sampled_from(["UTC", "+05:30", "-11:45"]),
    st.integers(0, 1),
)
#: A time with some of its characters replaced.
DAMAGED = st.builds(
    lambda time, at, sign: time[: at % len(time)] + sign + time[at % len(time) + 1 :],
    TIMES,
    st.integers(0, 40),
    st.sampled_from([*"0159-:TZ.+ t", ""]),
)


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler here")
@pytest.mark.parametrize("name", MODULES)
def test_what_is_compiled_is_what_stands_here(name: str) -> None:
    module = getattr(compiled, name)
    assert module is not None, "install dqlkit anew: compiling failed"
    folder = Path(compiled.__file__).parent
    sources = [folder / f"{name}.pyx", *folder.glob("*.pxd")]
    newest = max(source.stat().st_mtime for source in sources)
    assert Path(module.__file__).stat().st_mtime > newest, "install dqlkit anew: sources changed"


@given(st.lists(st.none() | TIMES | DAMAGED, min_size=1, max_size=3))
@examples(300)
def test_times_are_read_as_one_by_one(texts: list[str | None]) -> None:
    found = compiled.instants and compiled.instants.read(pl.Series(texts, dtype=pl.String))
    if not found:
        return
    instants = [parse_instant(text or "") for text in texts]
    assert pl.Series(compiled.Column(found)).to_list() == [instant and instant.nanos for instant in instants]


def test_usual_times_are_read() -> None:
    texts = ["2024-02-29T23:59:60Z", "2024-02-29T23:59:59Z", "1999-12-31T00:00:00.5+01:00", "1900-02-29T00:00:00Z"]
    read = [bool(compiled.instants.read(pl.Series([text]))) for text in texts] if compiled.instants else []
    assert read in ([], [False, True, True, False])


@pytest.mark.skipif(compiled.instants is None, reason="nothing is compiled here")
def test_columns_of_other_types_are_refused() -> None:
    """Their memory is laid out in another way."""
    others = [
        pl.Series([1], dtype=pl.Int32),
        pl.Series([0.5]),
        pl.Series(["x"], dtype=pl.Categorical),
        pl.Series([[0.5]]),
    ]
    for series in others:
        with pytest.raises(TypeError):
            compiled.json_encoder.encode(series.to_frame("v"), ((b'"v":', 0, False),), b"", b"")
        with pytest.raises(TypeError):
            compiled.instants.read(series)
        with pytest.raises(TypeError):
            compiled.instants.written(series)
    with pytest.raises(TypeError):
        compiled.instants.read(pl.Series([1]))


@given(st.lists(st.none() | NANOS, min_size=1, max_size=4))
@examples(100)
def test_times_are_written_as_one_by_one(numbers: list[int | None]) -> None:
    made = compiled.instants and compiled.instants.written(pl.Series(numbers, dtype=pl.Int64))
    if made:
        texts = [None if nanos is None else format_instant(Timestamp(nanos)) for nanos in numbers]
        assert pl.Series(compiled.Column(made)).to_list() == texts


def test_without_what_is_compiled_answers_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    record = {
        "timestamp": "2024-05-06T07:08:09.123Z",
        "n": 5,
        "d": 0.1,
        "t": 'a "b"\n',
        "x": {"y": [1, None]},
        "z": None,
    }
    path.write_text("".join(json.dumps(record | {"k": k}) + "\n" for k in range(3000)), "utf-8")
    query = "fetch logs | sort k desc"
    with_it = dqlkit.query(query, {"logs": path})
    with pytest.MonkeyPatch.context() as patch:
        for name in MODULES:
            patch.setattr(compiled, name, None)
        without = dqlkit.query(query, {"logs": path})
        assert (without.records, without.schema) == (with_it.records, with_it.schema)
        assert lines(without) == lines(with_it)
    assert lines(with_it) == lines(without)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # which is what is tried
def test_a_forked_process_has_threads_of_its_own() -> None:
    assert compiled.workers().submit(int, "1").result() == 1
    child = os.fork()
    if not child:
        os._exit(compiled.workers().submit(int, "2").result(timeout=9))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2


def lines(result: dqlkit.Result) -> str:
    """The records in NDJSON, as bytes are written where a stream takes them."""
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8")
    write_lines(stream, result, behind="\n")
    stream.flush()
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined]
