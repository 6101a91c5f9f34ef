"""Compressed files, other encodings, and damage to them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest

from dqlkit.sources import SourceError, read_table

LINES = b"".join(b'{"a": %d, "b": "x%d"}\n' % (number, number * 7919 % 101) for number in range(40))
EXPECTED = [{"a": number, "b": f"x{number * 7919 % 101}"} for number in range(40)]


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def zipped(data: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", data)
    return sink.getvalue()


PACKED = {
    "gzip": gzip.compress,
    "zstd": zstd,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
}


@pytest.mark.parametrize("name", PACKED)
def test_compressed_files_are_known_by_their_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / "export"
    path.write_bytes(PACKED[name](LINES))
    assert read_table(path).frame.records() == EXPECTED


@pytest.mark.parametrize("name", PACKED)
def test_a_cut_file_is_an_error(tmp_path: Path, name: str) -> None:
    data = PACKED[name](LINES)
    path = tmp_path / "export"
    for end in {*range(1, len(data), 7), len(data) - 1}:
        path.write_bytes(data[:end])
        with pytest.raises(SourceError):
            read_table(path)


@pytest.mark.parametrize("name", PACKED)
def test_a_flipped_bit_is_an_error_or_harmless(tmp_path: Path, name: str) -> None:
    data = PACKED[name](LINES)
    path = tmp_path / "export"
    for at in range(0, len(data), 5):
        path.write_bytes(data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :])
        with suppress(SourceError):
            read_table(path)


@pytest.mark.parametrize("name", PACKED)
def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("dqlkit.sources.packed.HARMLESS", 1 << 20)
    path = tmp_path / "export"
    path.write_bytes(PACKED[name](b" " * 3_000_000))
    with pytest.raises(SourceError, match=r"R107 .*unpacks to at most"):
        read_table(path)


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("text", ['{"a":1,"b":"ä"}\n{"a":2,"b":"😀"}', "a,b\n1,ä\n2,😀\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_encodings_are_known_by_their_content(
    tmp_path: Path, encoding: str, text: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "export"
    path.write_bytes(pack(text.encode(encoding)))
    assert read_table(path).frame.records() == [{"a": 1, "b": "ä"}, {"a": 2, "b": "😀"}]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_text_of_an_encoding_that_is_cut_within_a_character(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "export"
    path.write_bytes("a,b\n1,2".encode(encoding)[:-1])
    with pytest.raises(SourceError, match=rf"expected {encoding.upper()} text, found .*truncated"):
        read_table(path)


def test_separators_of_records_are_blank(tmp_path: Path) -> None:
    path = tmp_path / "a.json-seq"
    separated = LINES.replace(b"{", b"\x1e{")
    for written in (separated, b"\x1e" + LINES, gzip.compress(separated), separated * 300):
        path.write_bytes(written)
        found = read_table(path)
        assert found.format == "JSON records"
        assert found.frame.records()[:40] == EXPECTED
    path.write_bytes(LINES.replace(b"x", b"\x1e"))
    with pytest.raises(SourceError, match="record 1, byte 15"):
        read_table(path)
