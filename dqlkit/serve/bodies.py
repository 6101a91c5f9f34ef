"""Bodies of requests: their limits, what a packed one unpacks to, and JSON."""

from __future__ import annotations

import zlib

import msgspec

from dqlkit.serve.fault import Fault
from dqlkit.serve.request import Request
from dqlkit.types.json import read_document
from dqlkit.wire.shape import Json

__all__ = ["check_announced", "json_of", "too_large", "unpacked"]

_GZIP, _PLAIN = {"gzip", "x-gzip"}, {"identity", ""}
_PACKINGS = {*_GZIP, *_PLAIN, "deflate"}
_decode = msgspec.json.Decoder().decode


def check_announced(request: Request, most: int) -> None:
    """Raise a `Fault` for what the head says of a body: 413 beyond so many bytes, 415 for a packing that is not known."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise too_large(most)
    packing = _packing(request)
    if packing not in _PACKINGS:
        raise Fault(415, f"The content encoding {packing!r} is not supported; gzip, deflate and identity are.")


def unpacked(request: Request, most: int) -> bytes:
    """The body, unpacked. Raises a `Fault`: 413 for one that unpacks to more bytes, 400 for a damaged one."""
    if "content-encoding" not in request.headers or (packing := _packing(request)) in _PLAIN:
        return request.body
    unpacker = zlib.decompressobj(47 if packing in _GZIP else 15)  # 47: a zlib or gzip header
    try:
        whole = unpacker.decompress(request.body, most + 1)
    except zlib.error as problem:
        raise Fault(400, f"The body cannot be unpacked: {problem}.") from None
    if len(whole) > most:
        raise too_large(most)
    if not unpacker.eof:
        raise Fault(400, "The body cannot be unpacked: its end is missing.")
    return whole


def _packing(request: Request) -> str:
    return request.headers.get("content-encoding", "").strip().lower()


def too_large(most: int) -> Fault:
    return Fault(413, f"The body is larger than {most:,} bytes.")


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
