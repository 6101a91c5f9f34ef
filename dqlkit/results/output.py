"""An answer written to a file or a stream, in one of the formats of `formats/`."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING, Any

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.results.format import Format, Sink
from dqlkit.results.formats import formats, named, names

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["FORMATS", "format_of", "in_parts", "opened", "write"]

#: The names of all formats.
FORMATS = names()


def format_of(path: str | Path) -> str:
    """The format that the ending of a file's name stands for."""
    ending = Path(path).suffix.lower().removeprefix(".")
    by_ending = {one: name for name, format in formats().items() for one in (name, *format.endings)}
    if ending in by_ending:
        return by_ending[ending]
    known = ", ".join(f"`.{one}`" for one in by_ending)
    message = f"{path}: expected a name that ends in one of {known}."
    raise DqlkitError([error("R005", Span(0, 0), message, help="Or say the format: `format=…`, or `-o FORMAT`.")])


def write(result: Result, format: str, target: str | Path | IO[Any], width: int | None = None) -> None:
    """Write an answer to a path or an open stream. `width` is the terminal's, for `table` and `chart`.

    Bytes go to the buffer below a text stream. An unknown format or an answer that the format cannot show is a
    `DqlkitError`, and so is a path that cannot be written; what a stream refuses is an `OSError`.
    """
    found = _known(format)
    if isinstance(target, (str, Path)):
        with _file(Path(target)) as stream:
            write(result, format, stream, width)
    elif found.lines is not None:
        target.writelines(f"{line}\n" for line in found.lines(result, width))
    elif found.data is not None:
        found.data(result, getattr(target, "buffer", target))
    else:
        sink = found.opened(target)
        for part in result.parts():
            sink.take(part)
        sink.end(result)


def _known(format: str) -> Format:
    """The format of that name."""
    found = named(format)
    if found is None:
        known = ", ".join(f"`{name}`" for name in FORMATS)
        raise DqlkitError([error("R005", Span(0, 0), f"expected an output format, one of {known}, found `{format}`.")])
    return found


@contextmanager
def opened(format: str, target: str | Path | IO[Any]) -> Iterator[Sink]:
    """What writes an answer part by part, in a format that is written so, to a path or an open stream."""
    if isinstance(target, (str, Path)):
        with _file(Path(target)) as stream:
            yield _known(format).opened(stream)
    else:
        yield _known(format).opened(target)


def in_parts(format: str) -> bool:
    """Whether a format can be written part by part."""
    return _known(format).in_parts


@contextmanager
def _file(path: Path) -> Iterator[IO[str]]:
    """A file that is written whole or not at all; devices and pipes are written to as they are."""
    beside = path.with_name(f"{path.name}.dqlkit-{os.getpid()}") if path.is_file() or not path.exists() else path
    try:
        with _gone_with(beside, path), open(beside, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
        if beside != path:
            os.replace(beside, path)
    except OSError as fault:
        message = f"{path}: the file cannot be written: {fault.strerror or fault}."
        raise DqlkitError([error("R101", Span(0, 0), message)]) from None
    finally:
        if beside != path:
            beside.unlink(missing_ok=True)


@contextmanager
def _gone_with(beside: Path, path: Path) -> Iterator[None]:
    """Meanwhile an interrupt that ends the process at once, as that of the command line does, takes the file along."""
    before = signal.getsignal(signal.SIGINT)
    ours = threading.current_thread() is threading.main_thread() and beside != path
    if not ours or not callable(before) or before is signal.default_int_handler:
        yield
        return

    def interrupted(number: int, frame: FrameType | None) -> None:
        beside.unlink(missing_ok=True)
        before(number, frame)

    signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
