"""A terminal for tests: a program in a pseudo-terminal, and what its screen shows."""

from __future__ import annotations

import os
import termios
import time
from contextlib import suppress
from pathlib import Path

import pexpect
import pyte

__all__ = ["Terminal"]

#: How long a screen may take to show something; machines that run tests are busy.
_PATIENCE = 30.0


class Terminal:
    """A program and its screen."""

    def __init__(self, *command: str, folder: Path, rows: int = 40, columns: int = 100, **environment: str) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        first, *rest = command
        environment = {**os.environ, "TERM": "xterm-256color", **environment}
        size = (rows, columns)
        self.process = pexpect.spawn(first, rest, cwd=str(folder), env=environment, dimensions=size, timeout=_PATIENCE)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(pexpect.ExceptionPexpect):  # it ends a little later
            self.process.close(force=True)

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    def colour(self, text: str) -> str:
        """The colour of the line that begins with a text."""
        row = next(row for row, line in enumerate(self._screen.display) if line.startswith(text))
        colour: str = self._screen.buffer[row][0].fg
        return colour

    def send(self, keys: str) -> None:
        self.process.send(keys)

    def until(self, *texts: str, keys: bool | None = None) -> str:
        """What the screen shows as soon as all of these are on it. With `keys` a program reads each key itself, without
        them Ctrl-C is an interrupt."""
        end = time.monotonic() + _PATIENCE
        while not all(text in self.text for text in texts) or keys not in (None, self._keys):
            if time.monotonic() > end:
                raise AssertionError(f"not on the screen: {texts!r}\n{self.text}")
            self._read()
        return self.text

    def wait(self) -> int | None:
        """The exit status, once the program has ended."""
        self.process.expect(pexpect.EOF)
        self.process.close()
        status: int | None = self.process.exitstatus
        return status

    @property
    def _keys(self) -> bool:
        return not termios.tcgetattr(self.process.child_fd)[3] & termios.ISIG

    def _read(self) -> None:
        try:
            data = self.process.read_nonblocking(65536, 0.05)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            raise AssertionError(f"the program has ended\n{self.text}") from None
        self._stream.feed(data)
        if b"\x1b[6n" in data:  # where is the cursor?
            self.send(f"\x1b[{self._screen.cursor.y + 1};{self._screen.cursor.x + 1}R")
