"""An answer written to a file or a stream, in one of the formats of `formats/`."""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING, Any

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.results.formats import formats, named, names

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["FORMATS", "format_of", "in_parts", "write", "written_in_parts"]

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
    found = named(format)
    if isinstance(target, (str, Path)):
        _write_file(result, format, Path(target), width)
    elif found is not None and found.lines is not None:
        _write_lines(found.lines(result, width), target)
    elif found is not None and found.data is not None:
        _write_bytes(found.data, result, target)
    else:
        known = ", ".join(f"`{name}`" for name in FORMATS)
        raise DqlkitError([error("R005", Span(0, 0), f"expected an output format, one of {known}, found `{format}`.")])


def _write_bytes(binary: Callable[[Result, IO[bytes]], None], result: Result, target: IO[Any]) -> None:
    # The engine closes what it writes to, and standard output must stay open.
    buffer = io.BytesIO()
    binary(result, buffer)
    getattr(target, "buffer", target).write(buffer.getvalue())


def _write_lines(lines: Iterable[str], target: IO[Any]) -> None:
    target.writelines(f"{line}\n" for line in lines)


@contextmanager
def written_in_parts(format: str, target: str | Path | IO[Any]) -> Iterator[Callable[[Result], None]]:
    """A function that writes the parts of an answer one after the other, in a format that is written so."""
    if isinstance(target, (str, Path)):
        with _file(Path(target)) as stream, written_in_parts(format, stream) as into:
            yield into
        return
    found, begun = named(format), False
    assert found is not None
    lines, heading = found.lines, found.heading
    assert lines is not None
    assert heading is not None

    def take(part: Result) -> None:
        nonlocal begun
        _write_lines(islice(lines(part, None), heading if begun else 0, None), target)
        begun = True

    yield take


def in_parts(format: str) -> bool:
    """Whether a format can be written part by part."""
    found = named(format)
    return found is not None and found.heading is not None


def _write_file(result: Result, format: str, path: Path, width: int | None) -> None:
    with _file(path) as stream:
        write(result, format, stream, width)


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
