"""Structures: records, arrays and pairs of keys and values out of inner patterns, and enumerations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dqlkit.functions.lazy import pl
from dqlkit.languages.dpl.composites import Record, Within
from dqlkit.languages.dpl.matchers.matcher import Quantity, Request, special
from dqlkit.languages.dpl.program import AGAIN, MISS, Node, Run, Tail
from dqlkit.languages.dpl.regular import NotRegular, Shape, Writer
from dqlkit.types.kinds import ANY, BOOLEAN, DOUBLE, LONG, STRING, Array, Type
from dqlkit.types.kinds import Record as RecordType
from dqlkit.types.text import text_of
from dqlkit.types.values import Value

__all__ = ["Loop", "Pairs"]

_MOST = 32_768
#: Types whose values are the same in a column as in a record.
_PLAIN = frozenset({BOOLEAN, DOUBLE, LONG, STRING})


def _inner(request: Request, tail: Tail) -> Node:
    assert request.inner is not None
    return request.inner(tail)


@special("TUPLE", inner="pattern", needs_inner=True, needs_export=True)
def structure(request: Request) -> tuple[Node, Type]:
    """The exports of a pattern as a record.

    >>> STRUCTURE{ INT:i ',' LD:text }:s <- "1,red fox"
    {"s": {"i": 1, "text": "red fox"}}
    """
    inner = _inner(request, request.tail)
    return Record(inner, request.names, request.slot), RecordType(request.names.items())


class Loop(Within):
    """An inner pattern over and over, as long as it matches and takes something."""

    def __init__(self, request: Request) -> None:
        super().__init__(_inner(request, (AGAIN, request.tail)), request.names, request.slot)
        self.least, self.most = request.least, request.most
        self.nullable = self.least == 0

    def match(self, run: Run, at: int) -> int:
        kept, end = len(run.exports), at
        rounds: list[dict[str, Value]] = []
        starts: dict[int, int] = {}
        # A later attempt soon comes to a place where an earlier one has been, and goes on as that one did.
        known, passed, last = run.loops.get(self, ({}, [], 0))
        while len(rounds) < self.most:
            position = known.get(end)
            if position is not None and len(rounds) + len(passed) - position <= self.most:
                rounds += passed[position:]
                end = last
                break
            after = self.inner.match(run, end)
            if after in (MISS, end):
                run.loops[self] = starts, rounds, end
                break
            starts[end], end = len(rounds), after
            rounds.append(dict.fromkeys(self.found) | dict(run.exports[kept:]))
            del run.exports[kept:]
        del run.exports[kept:]
        if len(rounds) < self.least:
            return MISS
        if self.slot:
            run.exports.append((self.slot, self.gathered(rounds)))
        return end

    def gathered(self, rounds: list[dict[str, Value]]) -> Value:
        """What the rounds amount to."""
        raise NotImplementedError


class _Array(Loop):
    def gathered(self, rounds: list[dict[str, Value]]) -> Value:
        return [one[self.found[0]] for one in rounds] if len(self.found) == 1 else rounds


@special(inner="pattern", needs_inner=True, quantity=Quantity(1, _MOST, _MOST, mandatory=True), textual=True)
def array(request: Request) -> tuple[Node, Type]:
    """A pattern so many times: the values of its export as an array; records where it has several [inferred].

    It ends with the first time the pattern does not match or takes nothing.

    >>> ARRAY{ INT*:i '/'? }{3,5}:numbers EOL <- "201//203//205\\n"
    {"numbers": [201, null, 203, null, 205]}
    >>> ARRAY{ WORD:k '=' INT:v ';'? }{1,}:pairs <- "a=1;b=2"
    {"pairs": [{"k": "a", "v": 1}, {"k": "b", "v": 2}]}
    """
    node, names = _Array(request), request.names
    element = next(iter(names.values())) if len(names) == 1 else RecordType(names.items())
    return node, Array(element)


class Pairs(Loop):
    """Keys and values, over and over: a record."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._is_plain = _PLAIN.issuperset(request.names.values())

    def regular(self, writer: Writer) -> Shape:
        if not self._is_plain:
            raise NotRegular("columns give keys and values as Python has them only where these are plain")
        return super().regular(writer)

    def gathered(self, rounds: list[dict[str, Value]]) -> Value:
        pairs: dict[str, Value] = {}
        for found in rounds:
            key = found.get("key")
            if key is not None:
                values = (value for name, value in found.items() if name != "key" and value is not None)
                pairs[text_of(key) or ""] = next(values, None)
        return pairs


@special(
    inner="pattern",
    needs_inner=True,
    needs_names=("key", "value*"),
    quantity=Quantity(1, 128, _MOST),
    textual=True,
)
def kvp(request: Request) -> tuple[Node, Type]:
    """Pairs of a key and a value as a record: a pattern with the export `key` and one or more that begin with `value`.

    Of several values the one that is there counts; of equal keys the last [decided].

    >>> KVP{ WORD:key '=' (INT:valueNumber | WORD:valueText) ' '? }:pairs <- "a=1 b=two"
    {"pairs": {"a": 1, "b": "two"}}
    """
    return Pairs(request), ANY


class _Enum(Node):
    """The longest of the texts that stands here."""

    def __init__(self, entries: Mapping[str, int], any_case: bool, slot: str) -> None:
        self.entries = {_folded(text) if any_case else text: number for text, number in entries.items()}
        self.any_case, self.slot = any_case, slot
        self.nullable = "" in entries
        longest = sorted(entries, key=len, reverse=True)
        self.lead = "|".join(_in_any_case(text) if any_case else re.escape(text) for text in longest)
        self._match = re.compile(self.lead).match

    def match(self, run: Run, at: int) -> int:
        found = self._match(run.text, at)
        if found is None:
            return MISS
        if self.slot:
            text = _folded(found.group()) if self.any_case else found.group()
            run.exports.append((self.slot, self.entries[text]))
        return found.end()

    def regular(self, writer: Writer) -> Shape:
        first = {ord(c) if c.isascii() else 128 for text in self.entries for c in text[:1]}
        if self.any_case:
            first |= {code ^ 32 for code in first if chr(code).isalpha() and code < 128}
        regex = writer.capture(self.lead, self.slot, self) if self.slot else f"(?:{self.lead})"
        return Shape(regex, frozenset(first), frozenset(), self.nullable, fixed=False)

    def column(self, text: Any, clock: object) -> Any:
        """The numbers of a column of texts."""
        key = text.str.to_lowercase() if self.any_case else text
        return key.replace_strict(self.entries, default=None, return_dtype=pl.Int64)


def _folded(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


def _in_any_case(text: str) -> str:
    return "".join(f"[{c.lower()}{c.upper()}]" if c.isascii() and c.isalpha() else re.escape(c) for c in text)


@special(exports=LONG, inner="entries", needs_inner=True, textual=True)
def enum(request: Request, *, cis: bool = False) -> Node:
    """One of the texts of a list, the longest that stands there [decided]; the value is its number. `cis` ignores the
    case of ASCII letters.

    >>> ENUM{'success'=0, 'error'=1}:result <- "error: none"
    {"result": 1}
    >>> ENUM{'ok'=1, ''=0}(cis=true):result <- "OK"
    {"result": 1}
    """
    return _Enum(request.entries, cis, request.slot)
