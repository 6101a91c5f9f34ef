"""Which endpoint answers at an address.

A path without parameters is found by a look-up; one with parameters, `/events/{event}`, by its pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from dqlkit.serve.fault import Fault
from dqlkit.serve.route import Endpoint

__all__ = ["Places"]

Parts: TypeAlias = Mapping[str, str]


class Places:
    """The endpoints of all APIs, by method and path."""

    def __init__(self, endpoints: Iterable[tuple[str, str, Endpoint]]) -> None:
        everything = [*endpoints]
        self._direct = {(method, path): found for method, path, found in everything if "{" not in path}
        self._patterns = [(method, _pattern(path), found) for method, path, found in everything]

    def find(self, method: str, path: str) -> tuple[Endpoint, Parts]:
        """What answers, and the parts of the path that it names. Raises a `Fault`: 404, or 405 where another method would do."""
        direct = self._direct.get((method, path))
        if direct is not None:
            return direct, {}
        there = {name: (found, parts) for name, found, parts in self._at(path)}
        if not there:
            raise Fault(404, f"There is nothing at {path}.")
        answers = there.get(method) or there.get("GET" if method == "HEAD" else method)
        if answers is None:
            raise Fault(405, f"{method} is not supported here.", headers={"Allow": ", ".join(sorted(there))})
        return answers

    def _at(self, path: str) -> Iterator[tuple[str, Endpoint, Parts]]:
        for method, pattern, found in self._patterns:
            if match := pattern.fullmatch(path):
                yield method, found, match.groupdict()


def _pattern(path: str) -> re.Pattern[str]:
    """The pattern of a path: a parameter is what stands between slashes."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))
