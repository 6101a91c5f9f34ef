"""What goes wrong in a request, and the answers that handlers make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from dqlkit.frozen import frozen

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


@dataclass(eq=False)
class Fault(Exception):
    """A request that is refused: with a status, a message, a code where the API has codes, and what the API says besides."""

    status: int
    message: str
    code: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    def __str__(self) -> str:
        return self.message
