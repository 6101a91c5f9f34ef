"""Answers as bytes of HTTP/1.1."""

from __future__ import annotations

import time
from email.utils import formatdate
from http import HTTPStatus

from dqlkit.serve.fault import Answer
from dqlkit.serve.request import Request

__all__ = ["written"]

_LINES = {one.value: f"HTTP/1.1 {one.value} {one.phrase}\r\n" for one in HTTPStatus}
_date = (0, "")


def written(found: Answer, request: Request, keep: bool) -> bytes:
    """The answer to a request, and whether the connection is kept after it."""
    lines = [_LINES[found.status], _now(), f"content-length: {len(found.body)}\r\n"]
    if found.body:
        lines.append(f"content-type: {found.content}\r\n")
    if found.headers:
        lines += [f"{name.lower()}: {_line(value)}\r\n" for name, value in found.headers.items()]
    if not keep:
        lines.append("connection: close\r\n")
    elif request.version == "1.0":
        lines.append("connection: keep-alive\r\n")
    lines.append("\r\n")
    head = "".join(lines).encode("latin-1", "replace")
    return head if request.method == "HEAD" else head + found.body


def _now() -> str:
    """The header `date`, made once a second."""
    global _date
    second = int(time.time())
    if _date[0] != second:
        _date = (second, f"date: {formatdate(second, usegmt=True)}\r\n")
    return _date[1]


def _line(value: str) -> str:
    """A value that ends no line."""
    return value.replace("\r", " ").replace("\n", " ")
