"""The queries that were started and whose answers may still be asked for, by their request tokens."""

from __future__ import annotations

import secrets
import time
from base64 import b64encode
from collections.abc import Callable
from threading import Lock
from typing import Any

from dqlkit.errors import DqlkitError
from dqlkit.frozen import field, mutable
from dqlkit.run.execution import Execution
from dqlkit.serve.fault import Fault
from dqlkit.serve.partial import Partial

__all__ = ["Query", "Running"]

#: How long an answer can be asked for, in seconds; how many are kept, and how many queries run at once.
LASTING, _MOST, _AT_ONCE = 400, 500, 32
#: The most bytes of answers that are kept.
_BYTES = 256 << 20


@mutable(eq=False)
class Query:
    """A started query. `write` makes the bytes of its result, once; `preview` is what is shown of it while it runs."""

    text: str
    execution: Execution
    write: Callable[[Any], bytes]
    preview: Partial | None = None
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    _written: bytes | None = None
    _shown: bytes | None = None
    _lock: Lock = field(default_factory=Lock)

    def finished(self, seconds: float) -> bool:
        """Whether it has ended, after waiting so long for it."""
        try:
            self.execution.result(seconds)
        except TimeoutError:
            return False
        except DqlkitError:
            pass
        self.ended = self.ended or time.monotonic()
        return True

    def result(self) -> bytes:
        """The result of a query that has ended. Raises `DqlkitError` for one that failed or was cancelled."""
        with self._lock:
            if self._written is None:
                self._written = self.write(self.execution.result(0))
            return self._written

    def previewed(self) -> bytes | None:
        """The result over part of the records; None where nobody asked for it, or it is not there."""
        with self._lock:
            if self._shown is None and self.preview is not None and (found := self.preview.found()) is not None:
                self._shown = self.write(found)
            return self._shown

    @property
    def size(self) -> int:
        return 0 if self._written is None else len(self._written)

    @property
    def left(self) -> int:
        """How many seconds its answer can be asked for."""
        return int(LASTING if self.ended is None else max(self.ended + LASTING - time.monotonic(), 0))


class Running:
    """Queries by token."""

    def __init__(self) -> None:
        self._queries: dict[str, Query] = {}

    def add(self, start: Callable[[], Query]) -> str:
        """Start a query; its token. Raises a `Fault` 429 where too many run."""
        self._clean()
        if sum(query.execution.state == "RUNNING" for query in self._queries.values()) >= _AT_ONCE:
            raise Fault(429, f"{_AT_ONCE} queries run already.", headers={"Retry-After": "2"})
        token = b64encode(secrets.token_bytes(16)).decode()
        self._queries[token] = start()
        return token

    def find(self, token: str) -> Query:
        """The query of a token. A `+` that was not encoded has become a blank, and blanks around it do not count."""
        self._clean()
        found = self._queries.get(token) or self._queries.get(token.strip().replace(" ", "+"))
        if found is None:
            raise Fault(410, "The query for this query ID is not available anymore.", "QUERY_GONE")
        return found

    def close(self) -> None:
        for query in self._queries.values():
            query.execution.cancel()

    def _clean(self) -> None:
        """Forget answers that are old, and the oldest where they are too many or too large."""
        count, size = len(self._queries), sum(query.size for query in self._queries.values())
        for token, query in [*self._queries.items()]:
            if not query.left or (query.ended is not None and (count > _MOST or size > _BYTES)):
                del self._queries[token]
                count, size = count - 1, size - query.size
