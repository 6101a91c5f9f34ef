"""Damaged files of every kind are read as far as they are whole, or refused: nothing else fails, and no process dies."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dqlkit
from dqlkit.errors import DqlkitError
from dqlkit.sources import SourceError, convert, read_table
from dqlkit.sources.json_scan import Window
from tests.profiles import examples

RECORDS: list[dict[str, Any]] = [
    {"timestamp": "2026-01-05T08:00:00Z", "a": 1, "b": "é", "c": [1, 2], "d": {"x": 1.5}},
    {"timestamp": "2026-01-05T09:00:00Z", "a": "x", "b": None, "c": [], "d": {"x": 2.5}},
] * 3
TYPES = [{"indexRange": [0, 5], "mappings": {"timestamp": {"type": "timestamp"}, "b": {"type": "string"}}}]
LINES = "\n".join(map(json.dumps, RECORDS)).encode()
ARRAY = json.dumps(RECORDS, indent=1, ensure_ascii=False).encode()
ANSWER = json.dumps({"records": RECORDS, "types": TYPES, "metadata": {}}).encode()
TABLE = b'a;b\n1;"x\ny"\n2;z\n'


def zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/side.ndjson", data)
    return buffer.getvalue()


def stream(data: bytes) -> bytes:
    buffer = io.BytesIO()
    table = pl.read_ndjson(data).select("timestamp", "b", "c").to_arrow()
    with pa.ipc.new_stream(buffer, table.schema) as writer:
        writer.write_table(table)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    found = {"lines": LINES, "array": ARRAY, "answer": ANSWER, "table": TABLE, "wide": ARRAY.decode().encode("utf-16")}
    packs: list[tuple[str, Callable[[bytes], bytes]]] = [
        ("gzip", gzip.compress), ("bzip2", bz2.compress), ("xz", lzma.compress), ("zip", zipped), ("stream", stream)
    ]  # fmt: skip
    for name, pack in packs:
        found[name] = pack(LINES)
    for name in ("t.parquet", "t.arrow"):
        convert(RECORDS, folder / name)
        found[name] = (folder / name).read_bytes()
    return found


NAMES = ["lines", "array", "answer", "table", "wide", "gzip", "bzip2", "xz", "zip", "stream", "t.parquet", "t.arrow"]
FLIPS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)), max_size=3)


@examples(60)
@given(name=st.sampled_from(NAMES), flips=FLIPS, cut=st.just(1.0) | st.floats(0, 1), lenient=st.booleans())
def test_flipped_bits_and_cuts(
    files: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    flips: list[tuple[float, int]],
    cut: float,
    lenient: bool,
) -> None:
    data = bytearray(files[name])
    for at, bit in flips:
        data[int(at * len(data))] ^= 1 << bit
    path = tmp_path_factory.mktemp("damaged") / "export"
    path.write_bytes(data[: int(cut * len(data))])
    with suppress(SourceError):
        table = read_table(path, ignore_errors=lenient)
        try:
            table.frame.records()
        except pl.exceptions.PolarsError:  # a file that is scanned lazily: what is wrong, reading all of it says
            assert any(map(refuses, table.verify))


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow"])
def test_values_of_mixed_types_that_are_none(tmp_path: Path, name: str) -> None:
    """The first byte of an encoded value tells its type; no type begins with 0x65."""
    path = tmp_path / name
    column = {"a": {"any": ["long", "string"]}}
    damaged = pl.DataFrame({"a": [b"\x65x\0", b"\x40x\0", b"\x40\xff"]})
    if name == "t.parquet":
        damaged.write_parquet(path, metadata={"dqlkit.types": json.dumps(column)})
    else:
        table = damaged.to_arrow(compat_level=pl.CompatLevel.oldest()).replace_schema_metadata(
            {"dqlkit.types": json.dumps(column)}
        )
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)
    for query in ("fetch t", "fetch t | fields b = toString(a)"):
        with pytest.raises(DqlkitError, match="damaged"):
            dqlkit.query(query, {"t": path}).records  # noqa: B018


BOMBS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
}
FILLINGS = [b" ", b"[", b'{"a":', b'{"a": 1}\n', b"1,2\n", b'"', b"\0", b"a,b\n"]


@examples(8)
@given(
    st.sampled_from([*BOMBS]), st.sampled_from(FILLINGS), st.sampled_from(FILLINGS), st.integers(1, 3), st.booleans()
)
def test_bombs(
    tmp_path_factory: pytest.TempPathFactory, name: str, first: bytes, filling: bytes, size: int, lenient: bool
) -> None:
    path = tmp_path_factory.mktemp("bomb") / "export"
    data = first + filling * (size * 200_000 // len(filling))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dqlkit.sources.packed.HARMLESS", 1 << 16)
        patch.setattr("dqlkit.sources.packed.RATIO", 20)
        path.write_bytes(BOMBS[name](data))
        with pytest.raises(SourceError):  # for its size, if not for what it holds
            read_table(path, ignore_errors=lenient)


def refuses(check: Callable[[], None]) -> bool:
    try:
        check()
    except SourceError:
        return True
    return False


@pytest.mark.parametrize("name", ["lines", "array", "answer", "table", "gzip"])
def test_every_cut(files: dict[str, bytes], tmp_path: Path, name: str) -> None:
    data, path = files[name], tmp_path / "export"
    for size in range(0, len(data), 1 + len(data) // 60):
        path.write_bytes(data[:size])
        try:
            table = read_table(path)
        except SourceError:
            continue
        whole = len(read_table(RECORDS).frame.records()) if name != "table" else 2
        assert (table.facts.rows or 0) <= whole
        assert name != "gzip" or not size


def test_100_000_members(tmp_path: Path) -> None:
    path = tmp_path / "wide.ndjson"
    path.write_text(json.dumps({f"m{k}": k for k in range(100_000)}))
    assert dqlkit.query("fetch t | fields m99999", {"t": path}).records == [{"m99999": "99999"}]


def test_blanks_are_read_as_fast_as_values() -> None:
    """Each of these reads takes as long as thousands of bytes do."""

    class Counted(BytesIO):
        reads = 0

        def readinto(self, buffer: Any) -> int:
            self.reads += 1
            return super().readinto(buffer)

    file = Counted(b" " * 1_000_000 + b"1")
    assert Window(file).peek() == b"1"
    assert file.reads < 20
