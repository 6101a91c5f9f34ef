"""How often something may be asked for within a minute."""

from __future__ import annotations

import time
from collections import defaultdict, deque

from dqlkit.serve.fault import Fault

__all__ = ["Rates"]

_MINUTE = 60.0
#: Beyond so many names those are forgotten for which nothing was asked lately.
_NAMES = 10_000


class Rates:
    """How often something was asked for within the last minute."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def count(self, what: str, name: str, most: int) -> None:
        """Count a request. Raises a `Fault` 429 where there were too many."""
        if len(self._times) > _NAMES:
            self._forget(time.monotonic() - _MINUTE)
        times, moment = self._times[what, name], time.monotonic()
        while times and times[0] < moment - _MINUTE:
            times.popleft()
        if len(times) >= most:
            wait = str(int(times[0] + _MINUTE - moment) + 1)
            raise Fault(429, f"Too many requests: {most} a minute per {what}.", headers={"Retry-After": wait})
        times.append(moment)

    def _forget(self, before: float) -> None:
        late = (key for key, times in self._times.items() if times and times[-1] >= before)
        self._times = defaultdict(deque, {key: self._times[key] for key in late})
