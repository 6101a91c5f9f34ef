"""Bodies of requests, read within limits: of bytes, of the time that a client may take, of what a packed one unpacks to."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Awaitable, Generator
from types import coroutine
from typing import Any, TypeVar

import msgspec

from dqlkit.serve.fault import Fault
from dqlkit.serve.request import Receive, Request
from dqlkit.types.json import read_document
from dqlkit.wire.shape import Json

__all__ = ["LeftError", "body_of", "json_of"]

#: So many seconds a client may take to send a body.
_SECONDS = 60.0
_GZIP, _PLAIN = {"gzip", "x-gzip"}, {"identity", ""}
_PACKINGS = {*_GZIP, *_PLAIN, "deflate"}
_decode = msgspec.json.Decoder().decode
T = TypeVar("T")


class LeftError(Exception):
    """The client left before its body was there."""


async def body_of(request: Request, most: int) -> bytes:
    """The body, unpacked. Raises `Fault`: 413 beyond so many bytes, 408 for one that does not come, 415 for a packing that is
    not known, 400 for a damaged one."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    packing = request.headers.get("content-encoding", "").strip().lower()
    if packing not in _PACKINGS:
        raise Fault(415, f"The content encoding {packing!r} is not supported; gzip, deflate and identity are.")
    try:
        whole = await _read(request.receive, most)
    except asyncio.CancelledError:
        raise Fault(408, f"The body did not come within {_SECONDS:.0f} seconds.") from None
    if packing in _PLAIN:
        return whole
    return _unpacked(whole, most, 47 if packing in _GZIP else 15)  # 47: a zlib or gzip header


class _Patience:
    """Ends the tasks that wait too long. One look a second costs less than a timeout for each of them."""

    def __init__(self) -> None:
        self._until: dict[asyncio.Task[Any], float] = {}
        self._looking: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        if self._looking is not task.get_loop():
            self._looking = task.get_loop()
            self._looking.call_later(1.0, self._look)
        self._until[task] = time.monotonic() + _SECONDS

    def __exit__(self, *_: object) -> None:
        del self._until[asyncio.current_task()]  # type: ignore[arg-type]

    def _look(self) -> None:
        late = [task for task, until in self._until.items() if until < time.monotonic()]
        for task in late:
            task.cancel()
        if len(self._until) > len(late):
            asyncio.get_running_loop().call_later(1.0, self._look)
        else:
            self._looking = None


_patience = _Patience()


async def _read(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await _patiently(receive())
        if message["type"] == "http.disconnect":
            raise LeftError
        parts.append(message.get("body", b""))
        size, more = size + len(parts[-1]), message.get("more_body", False)
        if size > most:
            raise _too_large(most)
    return parts[0] if len(parts) == 1 else b"".join(parts)


@coroutine
def _patiently(waiting: Awaitable[T]) -> Generator[Any, Any, T]:
    """Wait for something, but not too long. What is there already, as the bodies of most requests are, costs nothing."""
    steps = waiting.__await__()
    try:
        step = next(steps)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    with _patience:
        try:
            yield step
        except BaseException:
            steps.close()
            raise
        return (yield from steps)


def _unpacked(packed: bytes, most: int, window: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    try:
        whole = unpacker.decompress(packed, most + 1)
    except zlib.error as problem:
        raise Fault(400, f"The body cannot be unpacked: {problem}.") from None
    if len(whole) > most:
        raise _too_large(most)
    if not unpacker.eof:
        raise Fault(400, "The body cannot be unpacked: its end is missing.")
    return whole


def _too_large(most: int) -> Fault:
    return Fault(413, f"The body is larger than {most:,} bytes.", headers={"Connection": "close"})


def json_of(body: bytes) -> Json:
    """The value of a JSON body; a `Fault` 400 for any other."""
    try:
        return _decode(body)
    except (msgspec.DecodeError, ValueError):
        pass
    except RecursionError:
        raise Fault(400, "The body is no JSON that can be read: it is nested too deeply.") from None
    try:  # what msgspec refuses although it is JSON: halves of surrogate pairs, numbers beyond doubles
        return read_document(body.decode())
    except UnicodeDecodeError:
        raise Fault(400, "The body is no JSON: it is not encoded in UTF-8.") from None
    except RecursionError:
        raise Fault(400, "The body is no JSON that can be read: it is nested too deeply.") from None
    except ValueError as problem:
        raise Fault(400, f"The body is no JSON: {problem}.") from None
