"""How often something may be asked for within a minute."""

from __future__ import annotations

import time
from collections import defaultdict, deque

from dqlkit.serve.fault import Fault

__all__ = ["Rates"]

_MINUTE = 60.0


class Rates:
    """How often something was asked for within the last minute."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def count(self, what: str, name: str, most: int) -> None:
        """Count a request. Raises a `Fault` 429 where there were too many."""
        times, moment = self._times[what, name], time.monotonic()
        while times and times[0] < moment - _MINUTE:
            times.popleft()
        if len(times) >= most:
            wait = str(int(times[0] + _MINUTE - moment) + 1)
            raise Fault(429, f"Too many requests: {most} a minute per {what}.", headers={"Retry-After": wait})
        times.append(moment)
