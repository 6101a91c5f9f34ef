"""Regular expressions that are compiled when they are first used, or once for all processes.

A start declares a hundred of them and uses twenty, and to compile them takes as long as to lint a query. The longest,
those of scanners, are kept in the folder of caches as Python's own code for them.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

from dqlkit.kept import kept

__all__ = ["kept_regex", "regex"]


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


def kept_regex(pattern: str) -> re.Pattern[str]:
    """What `re.compile` returns for a long pattern without named groups: only the first process compiles it.

    Python's code for a pattern is of one version of its matcher, whose number stands with it; the matcher verifies code
    before it takes it. Where it cannot be had or is refused, the pattern is compiled as any other.
    """
    try:
        matcher: Any = vars(re)["_compiler"]._sre
        flags, code, groups = kept("pattern", f"{matcher.MAGIC} {pattern}", lambda: _code(pattern))
        found: re.Pattern[str] = matcher.compile(pattern, flags, code, groups, {}, (None,) * (groups + 1))
    except (LookupError, ArithmeticError, AttributeError, TypeError, ValueError, RuntimeError):
        found = re.compile(pattern)
    return found


def _code(pattern: str) -> tuple[int, list[int], int]:
    """The flags, the code and the number of groups that `re.compile` finds."""
    compiler: Any = vars(re)["_compiler"]
    tree = compiler._parser.parse(pattern, 0)
    return tree.state.flags, [int(one) for one in compiler._code(tree, 0)], tree.state.groups - 1
