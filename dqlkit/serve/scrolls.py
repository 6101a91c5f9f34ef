"""Answers that clients fetch in batches."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from typing import Any

from dqlkit.serve.fault import Fault

__all__ = ["Scrolls"]


class Scrolls:
    """Answers that clients fetch in batches, by the token of the next batch. The oldest are forgotten.

    Scrolls end with the server: a client that comes back with one is told that it has expired [decided]; a scroll begins
    anew with one request, and answers of any size would have to be stored to go on.
    """

    def __init__(self, most: int = 50, seconds: float = 300.0) -> None:
        self._kept: OrderedDict[str, tuple[float, dict[str, Any], int]] = OrderedDict()
        self._most, self._seconds = most, seconds

    def keep(self, whole: dict[str, Any], offset: int) -> str:
        """The token for what stands behind an offset of an answer."""
        token = secrets.token_urlsafe(24)
        self._kept[token] = (time.monotonic() + self._seconds, whole, offset)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return token

    def take(self, token: str) -> tuple[dict[str, Any], int]:
        """The answer and the offset of a token. Raises a `Fault` for one that is not known."""
        until, whole, offset = self._kept.get(token, (0.0, {}, 0))
        if until < time.monotonic():
            raise Fault(400, "The scrollid is not known, or has expired.", "Invalid.ScrollId")
        return whole, offset
