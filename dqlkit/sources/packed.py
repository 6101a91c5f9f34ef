"""Compressed bytes, known by how they begin and unpacked while they are read, within limits.

A few kilobytes may unpack to more than a machine holds. Exports shrink to a tenth or a fiftieth; what unpacks to more than
`RATIO` times its size, and is large, is refused [decided].
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from dqlkit.frozen import frozen
from dqlkit.sources.errors import SourceError

if TYPE_CHECKING:
    from _typeshed import SupportsRead, WriteableBuffer

__all__ = ["Bounded", "unpacked"]

#: Sizes up to this are harmless, whatever they were unpacked from.
HARMLESS = 1 << 26
RATIO = 250
LARGEST = 1 << 36


@frozen
class _Packing:
    name: str
    begins: re.Pattern[bytes]
    open: Callable[[BinaryIO], SupportsRead[bytes]]


def _zstd(file: BinaryIO) -> SupportsRead[bytes]:
    from pyarrow import CompressedInputStream

    stream: SupportsRead[bytes] = CompressedInputStream(file, "zstd")
    return stream


_PACKINGS = (
    _Packing("gzip", re.compile(rb"\x1f(\x8b|\Z)"), lambda file: gzip.GzipFile(fileobj=file)),
    _Packing("zstd", re.compile(rb"\x28\xb5\x2f\xfd"), _zstd),
    _Packing("bzip2", re.compile(rb"BZh[1-9]1AY&SY"), bz2.BZ2File),
    _Packing("xz", re.compile(rb"\xfd7zXZ\x00"), lzma.LZMAFile),
)


def unpacked(file: io.BufferedReader, first: bytes, size: int) -> io.BufferedReader:
    """The file itself, or what it unpacks to if it begins as a compressed file does; `size` is its own."""
    packing = next((packing for packing in _PACKINGS if packing.begins.match(first)), None)
    if packing is None:
        return file
    return io.BufferedReader(Bounded(packing.open(file), packing.name, size))


class Bounded(io.RawIOBase):
    """What a compressed stream of some size yields; an error where it is damaged, or yields far too much."""

    def __init__(self, stream: SupportsRead[bytes], name: str, size: int, count: int = 0) -> None:
        self._stream = stream
        self._name = name
        self._size = size
        self.count = count

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer).cast("B")
        try:
            data = self._stream.read(len(target))
        except (EOFError, OSError, RuntimeError, ValueError, zlib.error, lzma.LZMAError) as fault:
            message = f"expected a complete {self._name} file, found a damaged one: {fault}."
            raise SourceError.of("R102", message) from None
        self.count += len(data)
        self._check()
        target[: len(data)] = data
        return len(data)

    def _check(self) -> None:
        if self.count > LARGEST or (self.count > HARMLESS and self.count > RATIO * self._size):
            message = (
                f"expected a {self._name} file that unpacks to at most {RATIO} times its size, found more: "
                f"{self._size:,} bytes become at least {self.count:,}."
            )
            raise SourceError.of("R107", message, "Unpack it yourself if it is what you expect, and read that.")
