"""Regular expressions that are compiled when they are first used.

A start declares a hundred of them and uses twenty, and to compile them takes as long as to lint a query.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

__all__ = ["regex"]


class _Late:
    """Stands for a pattern. What was asked of it once is an attribute of its own from then on."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self.pattern, self.flags), name)
        setattr(self, name, found)
        return found


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` returns, for patterns that a module declares."""
    return cast("re.Pattern[AnyStr]", _Late(pattern, flags))
