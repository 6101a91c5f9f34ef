"""What goes wrong in a request, and the answers that handlers make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from dqlkit.frozen import field, frozen

__all__ = ["Answer", "Fault", "answer", "encoded"]

_JSON = "application/json; charset=utf-8"
encoded = msgspec.json.Encoder().encode


@frozen
class Answer:
    """A response: its status, its body as bytes, what the body is, further headers."""

    status: int
    body: bytes = b""
    content: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(status: int, value: object = None, **headers: str) -> Answer:
    """An answer in JSON; without a body where there is no value. `_` in names of headers stands for `-`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, b"" if value is None else encoded(value), _JSON, named)


class Fault(Exception):
    """A request that is refused: with a status, a message, a code where the API has codes, and what the API says besides."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str = "",
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.body = status, message, code, body
        self.details, self.headers = details or {}, headers or {}
