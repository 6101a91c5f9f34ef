"""A line on the terminal that says how far the reading of files is."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from dqlkit.diagnostics.visible import visible

__all__ = ["reading_shown"]

#: A reading that will not take longer is not shown; nor is any before a second has passed.
_LONG, _SOON, _OFTEN = 2.0, 1.0, 0.2


class Meter:
    """Shows the reading of one file after the other."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._name = ""
        self._started = self._shown = 0.0
        self._read = 0

    def tell(self, name: str, read: int, size: int) -> None:
        """So many of the bytes of a file have been read."""
        now = time.monotonic()
        if name != self._name or read < self._read:  # which is read from its beginning again
            self._name, self._started, self._shown = name, now, 0.0
        self._read = read
        passed = now - self._started
        if passed < _SOON or now - self._shown < _OFTEN or not read or passed * size / read < _LONG:
            return
        self._shown = now
        left = passed * (size - read) / read
        rate = read / passed / 1e6
        line = f"reading {visible(os.path.basename(name))}: {read / size:.0%}, {rate:.0f} MB/s, {left:.0f} s left"
        self._stream.write(f"\r{line}\x1b[K")
        self._stream.flush()

    def end(self) -> None:
        """Leave nothing behind."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


@contextmanager
def reading_shown() -> Iterator[None]:
    """Meanwhile the reading of files is shown on stderr, if that is a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    from dqlkit.sources.progress import followed

    meter = Meter(sys.stderr)
    try:
        with followed(meter.tell):
            yield
    finally:
        meter.end()
