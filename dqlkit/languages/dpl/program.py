"""Programs: the executable form of patterns.

A node matches at a position in one way or not at all; there is no backtracking. So time is linear in the text: the lazy
matchers cache where the rest can match (`Run.stops`) and never search a stretch twice.

Every node tells besides how it is written as a regular expression, if it can be (`regular`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.frozen import frozen
from dqlkit.languages.dpl.characters import CharacterSet
from dqlkit.languages.dpl.regular import NotRegular, Shape, Writer
from dqlkit.types.json import deep_starts
from dqlkit.types.values import Timestamp, Value

if TYPE_CHECKING:
    from dqlkit.languages.dpl.matchers.matcher import Matcher

__all__ = [
    "AGAIN",
    "MISS",
    "Again",
    "Characters",
    "Clock",
    "Endless",
    "Literal",
    "Node",
    "Place",
    "Run",
    "Scan",
    "Tail",
    "units",
]

MISS = -1
"""The answer of a node that does not match."""


@frozen
class Clock:
    """Defaults for incomplete points in time: `base` gives the year, `zone` the offset."""

    base: Timestamp
    zone: str = "UTC"


class Run:
    """One attempt, or a series of them, over one text.

    `exports` grows as nodes match. What nodes remember of the text, so that a series of attempts does not look at it
    again and again, is in `stops` (lazy ones), `runs` (runs of characters) and `loops`.
    """

    __slots__ = ("_deep", "_line", "clock", "exports", "loops", "runs", "stops", "text")

    def __init__(self, text: str, clock: Clock) -> None:
        self.text = text
        self.clock = clock
        self.exports: list[tuple[str, Value]] = []
        self.stops: dict[Node, list[Any]] = {}
        self.runs: dict[Node, tuple[int, int]] = {}
        self.loops: dict[Node, Any] = {}
        self._line = (0, -1)
        self._deep: frozenset[int] | None = None

    @property
    def deep_json(self) -> frozenset[int]:
        """Where JSON begins that is nested too deeply."""
        if self._deep is None:
            self._deep = deep_starts(self.text)
        return self._deep

    def line_end(self, at: int) -> int:
        """Where the line that a position is in ends: at its line feed, or with the text."""
        start, end = self._line
        if not start <= at <= end:
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            self._line = at, end
        return end


class Node:
    """Base of all nodes. `slot` is the name under which the node's value is exported, if it is."""

    slot: str = ""
    nullable: bool = False
    #: A regular expression for how a match must begin, "" where nothing is known.
    lead: str = ""
    #: The characters of which one must stand where the node matches, where that is all it takes.
    start: CharacterSet | None = None
    is_lazy: bool = False
    is_start: bool = False
    #: It takes any JSON object, and all of it.
    is_whole_object: bool = False
    #: The nodes of a group that is no more than brackets.
    bracketed: Sequence[Node] = ()

    def match(self, run: Run, at: int) -> int:
        """Where a match at `at` ends, or `MISS`. A miss leaves `run.exports` as it found it."""
        raise NotImplementedError

    def peek(self, run: Run, at: int) -> int:
        """The same for a lazy matcher that looks whether this node could go on."""
        return self.match(run, at)

    def regular(self, writer: Writer) -> Shape:
        """The node as a regular expression; raises `NotRegular`."""
        raise NotRegular(f"{type(self).__name__} has no regular expression")


class Endless(Node):
    """A node whose end is known only when it is read: on columns its reader gets all of the text from where it starts."""

    @property
    def tells_end(self) -> bool:
        """Whether the reader tells where it ends."""
        raise NotImplementedError

    @property
    def names(self) -> Sequence[str]:
        """What it exports on columns."""
        raise NotImplementedError


class Again:
    """In a tail: here a loop starts once more or ends."""


AGAIN = Again()

Tail: TypeAlias = "tuple[Node | Again, Tail] | None"
"""The nodes that follow a node, up to the end of the pattern."""


def units(tail: Tail) -> Iterator[Node | Again]:
    """The nodes of a tail up to the first that cannot be empty."""
    while tail is not None:
        node, tail = tail
        yield node
        if isinstance(node, Node) and not node.nullable:
            return


# ---- leaves ---------------------------------------------------------------------------------------------------------


class Literal(Node):
    """A text, so many times."""

    def __init__(self, text: str, least: int = 1, most: int = 1, slot: str = "") -> None:
        self.text, self.least, self.most, self.slot = text, least, most, slot
        self.nullable = least == 0 or not text
        self.lead = re.escape(text)
        if len(text) == 1 and least == 1:
            self.start = CharacterSet(((ord(text), ord(text)),))

    def match(self, run: Run, at: int) -> int:
        end, count, size = at, 0, len(self.text)
        while count < self.most and size and run.text.startswith(self.text, end):
            end, count = end + size, count + 1
        if count < self.least and size:
            return MISS
        if self.slot:
            run.exports.append((self.slot, run.text[at:end]))
        return end

    def regular(self, writer: Writer) -> Shape:
        text = re.escape(self.text)
        plain = (self.least, self.most) == (1, 1)
        regex = text if plain else writer.repeated(f"(?:{text})", self.least, self.most)
        first = CharacterSet(tuple((ord(c), ord(c)) for c in self.text[:1])).held
        more = first if self.least != self.most else frozenset()
        return Shape(writer.capture(regex, self.slot), first, more, self.nullable)


class Scan(Node):
    """A declared matcher: its regular expression says how far it goes, its body what that is worth."""

    def __init__(self, matcher: Matcher, options: Mapping[str, Value], least: int, most: int, slot: str = "") -> None:
        self.matcher, self.options, self.slot = matcher, dict(options), slot
        self.least, self.most = least, most
        regex = matcher.expression(self.options, least, most)
        self.lead = regex
        self._match = re.compile(regex).match
        self._longest = most + matcher.around if matcher.counted else 0
        self._read = matcher.reader(self.options) if slot or not matcher.sure else None
        self.nullable = least == 0 and matcher.counted

    def match(self, run: Run, at: int) -> int:
        found = self._match(run.text, at)
        if found is None or (self._longest and found.end() - at > self._longest):
            return MISS
        if self._read is not None:
            value = self._read(found.group(), run.clock)
            if value is None:
                return MISS
            if self.slot:
                run.exports.append((self.slot, value))
        return found.end()

    def column(self, text: Any, clock: Clock) -> Any:
        """The values of a column of texts that the expression has found."""
        return self.matcher.column(text, self.options, clock)

    def regular(self, writer: Writer) -> Shape:
        matcher = self.matcher
        if matcher.counted:
            writer.bound(self.least, self.most)
        regex = matcher.expression(self.options, self.least, self.most, counted=False)
        wide = bool(matcher.wide) and not writer.depth and not writer.searching
        if wide:
            regex = matcher.wide[0] if writer.usual and not writer.sought else "|".join(matcher.wide)
        if writer.searching and not matcher.sure:
            writer.doubt(matcher.doubt_of(self.options))
        if self.slot or not (matcher.sure or writer.searching):
            if not matcher.has_columns(self.options):
                raise NotRegular(f"{matcher.name} reads its values one by one")
            regex = writer.capture(regex, self.slot, self, matcher.written)
        elif "|" in regex:
            regex = f"(?:{regex})"
        first, more = matcher.first_and_more(self.options)
        return Shape(regex, first, more, self.nullable, fixed=not wide)


class Characters(Node):
    """A run of characters of a set: all there are, up to the most."""

    def __init__(self, characters: CharacterSet, least: int = 1, most: int = 1, slot: str = "") -> None:
        self.characters, self.least, self.most, self.slot = characters, least, most, slot
        self.nullable = least == 0
        self.lead = characters.regex
        self.start = characters if least == 1 else None
        self._match = re.compile(characters.regex + "*").match

    def match(self, run: Run, at: int) -> int:
        start, end = run.runs.get(self, (0, -1))
        if not start <= at <= end:
            found = self._match(run.text, at)
            end = found.end() if found else at
            run.runs[self] = at, end
        end = min(end, at + self.most)
        if end - at < self.least:
            return MISS
        if self.slot:
            run.exports.append((self.slot, run.text[at:end]))
        return end

    def regular(self, writer: Writer) -> Shape:
        regex = writer.repeated(self.characters.regex, self.least, self.most)
        more = self.characters.held if self.least != self.most else frozenset()
        return Shape(writer.capture(regex, self.slot), self.characters.held, more, self.nullable)


class Place(Node):
    """A position: start, end, neither. One without a regular expression is no place to search for."""

    def __init__(self, name: str, holds: Callable[[str, int], bool], regex: str = "", is_start: bool = False) -> None:
        self.name, self._holds, self._regex, self.is_start = name, holds, regex, is_start

    def match(self, run: Run, at: int) -> int:
        return at if self._holds(run.text, at) else MISS

    def regular(self, writer: Writer) -> Shape:
        if not self._regex:
            raise NotRegular(f"{self.name} looks back")
        return Shape(self._regex, empty=True)
