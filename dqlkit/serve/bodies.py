"""Bodies of requests, read within limits: of bytes, of the time that a client may take, of what a packed one unpacks to."""

from __future__ import annotations

import asyncio
import time
import zlib
from typing import TYPE_CHECKING, Any

import msgspec

from dqlkit.serve.fault import Fault
from dqlkit.types.json import read_document
from dqlkit.wire.shape import Json

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["body_of", "json_of"]

#: So many seconds a client may take to send a body.
_SECONDS = 60.0
_GZIP = {"gzip", "x-gzip"}
_decode = msgspec.json.Decoder().decode


async def body_of(request: Request, most: int) -> bytes:
    """The body, unpacked. Raises `Fault`: 413 beyond so many bytes, 408 for one that does not come, 415 for a packing that is
    not known, 400 for a damaged one."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    packing = request.headers.get("content-encoding", "identity").strip().lower()
    if packing not in {"identity", "", "deflate", *_GZIP}:
        raise Fault(415, f"The content encoding {packing!r} is not supported; gzip, deflate and identity are.")
    try:
        with _patience:
            whole = await _read(request, most)
    except asyncio.CancelledError:
        raise Fault(408, f"The body did not come within {_SECONDS:.0f} seconds.") from None
    if packing in ("identity", ""):
        return whole
    return _unpacked(whole, most, 47 if packing in _GZIP else 15)  # 47: a zlib or gzip header


class _Patience:
    """Ends the tasks that wait for a body too long. A timeout for each request would take longer than reading most bodies."""

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


async def _read(request: Request, most: int) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
    return b"".join(parts)


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
