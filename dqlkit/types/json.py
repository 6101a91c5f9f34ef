"""JSON inside of texts: the object a text begins with, and paths into it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from dqlkit.regex import regex
from dqlkit.types.values import LONG_MAX, LONG_MIN, Value

__all__ = [
    "DEEPEST",
    "Step",
    "at_path",
    "deep_starts",
    "mended",
    "read_document",
    "read_object",
    "read_path",
    "read_value",
]

DEEPEST = 100
"""How many levels of arrays and records are read: later stages walk them, and no Python goes down endlessly."""

Step = str | int | None
"""The name of a member, the position of an element, or None for all of them."""

_STEP = regex(
    r"""\.(?P<name>[^.\[\]*'"\s]+) | \[\s*'(?P<single>(?:[^'\\]|\\.)*)'\s*\] | \[\s*"(?P<double>(?:[^"\\]|\\.)*)"\s*\]
    | \[\s*(?P<index>-?\d+)\s*\] | (?P<all>\.\*|\[\s*\*\s*\])""",
    re.VERBOSE,
)
_BLANK = regex(r"[ \t\r\n]*")
#: A bracket, or a text, in which brackets do not count.
_BRACKET = regex(r'(?P<open>[\[{])|(?P<close>[\]}])|"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SURROGATE = regex(r"\\u[dD][89a-fA-F]")


def read_object(text: str, seek: bool = False) -> dict[str, Value] | None:
    """The JSON object at the start of a text, or with `seek` the first one in it; None where there is none.

    What follows the object does not matter [decided: the vendor's examples are whole documents]. Integers beyond 64
    bits are doubles, and numbers beyond doubles infinite, as Java reads them [inferred]; of members with one name the last
    counts.
    """
    for at in _starts(text) if seek else (_BLANK.match(text).end(),):  # type: ignore[union-attr]
        found = read_value(text, at)
        if found is not None and isinstance(found[0], dict):
            return found[0]
    return None


def read_value(text: str, at: int) -> tuple[Value, int] | None:
    """The JSON value that starts at a position, and where it ends; None where there is none, or one nested too deeply."""
    try:
        value, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None
    if _too_deep(text, at, value, end):
        return None
    escaped = text.find("\\u", at, end) >= 0
    return (mended(value) if escaped and _SURROGATE.search(text, at, end) else value), end


def deep_starts(text: str) -> frozenset[int]:
    """Where arrays and records begin that are nested too deeply for sure, as more than the most levels are open at once
    within them. Who tries many places of a text passes these over: reading at each as far as it may go takes long."""
    if text.count("{") + text.count("[") <= DEEPEST:
        return frozenset()
    # Where a quote before it belongs to no text, what follows is read the other way round.
    return frozenset(at for start in (0, text.find('"') + 1) for at in _deep_behind(text, start))


def _deep_behind(text: str, start: int) -> Iterator[int]:
    """The same for brackets that are outside of texts when reading from a position on."""
    open_: list[int] = []
    for bracket in _BRACKET.finditer(text, start):
        if bracket.lastgroup == "open":
            open_.append(bracket.start())
            if len(open_) > DEEPEST:
                yield open_[-1 - DEEPEST]
        elif bracket.lastgroup == "close" and open_:
            open_.pop()


def read_document(text: str) -> Value:
    """The value of a whole JSON text; a `ValueError` that names the place where it is none."""
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        value = None
    if (value is None and text.strip() != "null") or _too_deep(text, 0, value, len(text)):
        raise ValueError(f"expected at most {DEEPEST} levels of nesting, found more")
    return mended(value)


def _too_deep(text: str, at: int, value: Value, end: int) -> bool:
    """Whether a value is nested deeper than anything that has to be walked later may be."""
    if text.count("{", at, end) + text.count("[", at, end) <= DEEPEST:
        return False
    level = [value]
    for _ in range(DEEPEST):
        level = [item for holder in level for item in _items(holder)]
    return bool(level)


def _items(holder: Value) -> Iterable[Value]:
    return holder.values() if isinstance(holder, dict) else holder if isinstance(holder, list) else ()


def _starts(text: str) -> Iterator[int]:
    """Where an object may begin."""
    deep = deep_starts(text)
    for match in re.finditer(r"\{", text):
        if match.start() not in deep:
            yield match.start()


def _integer(digits: str) -> int | float:
    number = int(digits) if len(digits) <= 20 else LONG_MAX + 1
    return number if LONG_MIN <= number <= LONG_MAX else float(digits)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_constant=_no_constant)


def mended(value: Any) -> Any:
    """Half a surrogate pair is no character: it becomes U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [mended(item) for item in value]
    if isinstance(value, dict):
        return {mended(name): mended(member) for name, member in value.items()}
    return value


@lru_cache(maxsize=256)
def read_path(path: str) -> tuple[Step, ...] | None:
    """The steps of a path: `$.a.b`, `$['a'][0]`, `$[-1]`, `$.*`, `$.a[*]`; None for anything else."""
    path = path.strip()
    if not path.startswith("$"):
        return None
    steps: list[Step] = []
    at = 1
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            return None
        at = match.end()
        steps.append(_step(match))
    return tuple(steps)


def _step(match: re.Match[str]) -> Step:
    if match["all"]:
        return None
    if match["index"]:
        return int(match["index"])
    quoted = match["single"] if match["single"] is not None else match["double"]
    return match["name"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)


def at_path(document: Value, steps: Sequence[Step]) -> Value:
    """The value at the path, null if there is none. With a step for all elements, the array of all values found."""
    found = [document]
    for step in steps:
        found = [item for value in found for item in _members(value, step)]
    return found if None in steps else found[0] if found else None


def _members(value: Value, step: Step) -> list[Value]:
    if step is None:
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(step, str):
        return [value[step]] if isinstance(value, dict) and step in value else []
    inside = isinstance(value, list) and -len(value) <= step < len(value)
    return [value[step]] if inside else []
