"""Programs: patterns in the form that runs.

A node matches at a position of a text or does not; where it matches there is one way only, and nothing goes back into it.
So a node is asked at most once for the same place as far as it matters, and time stays in proportion to the text: what
the lazy matchers look for is remembered (`Run.stops`), not looked for again.

Every node tells besides how it is written as a regular expression, if it can be (`regular`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.languages.dpl.characters import CharacterSet
from dqlkit.languages.dpl.regular import MOST_COUNTED, Capture, NotRegular, Shape, Writer, first_of, times
from dqlkit.types.values import Timestamp, Value

if TYPE_CHECKING:
    from dqlkit.languages.dpl.matchers.matcher import Matcher

__all__ = [
    "AGAIN",
    "MISS",
    "START",
    "Again",
    "Characters",
    "Clock",
    "Lazy",
    "Literal",
    "Look",
    "Node",
    "OneOf",
    "Option",
    "Place",
    "Record",
    "Repeat",
    "Row",
    "Run",
    "Scan",
    "Tail",
    "units",
]

START = "BOS"
"""The name of the place at which every attempt of `parse` begins."""

MISS = -1
"""The answer of a node that does not match."""

_FARTHEST_BEHIND = 64


@dataclass(frozen=True, slots=True)
class Clock:
    """What points in time without a year or a zone are taken for: `base` gives the year, `zone` the offset."""

    base: Timestamp
    zone: str = "UTC"


class Run:
    """One attempt, or a series of them, over one text. `exports` grows as nodes match; `stops` belongs to lazy ones."""

    __slots__ = ("_line", "clock", "exports", "stops", "text")

    def __init__(self, text: str, clock: Clock) -> None:
        self.text = text
        self.clock = clock
        self.exports: list[tuple[str, Value]] = []
        self.stops: dict[Lazy, list[Any]] = {}
        self._line = (0, -1)

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

    def match(self, run: Run, at: int) -> int:
        """Where a match at `at` ends, or `MISS`. A miss leaves `run.exports` as it found it."""
        raise NotImplementedError

    def peek(self, run: Run, at: int) -> int:
        """The same for a lazy matcher that looks whether this node could go on."""
        return self.match(run, at)

    def regular(self, writer: Writer) -> Shape:
        """The node as a regular expression; raises `NotRegular`."""
        raise NotRegular(f"{type(self).__name__} has no regular expression")


class Again:
    """In a tail: here a loop starts once more or ends."""


AGAIN = Again()

Tail: TypeAlias = "tuple[Node | Again, Tail] | None"
"""What follows a node up to the end of the pattern, the next one first."""


def units(tail: Tail) -> Iterator[Node | Again]:
    """The nodes of a tail up to the first that cannot be empty."""
    while tail is not None:
        node, tail = tail
        yield node
        if isinstance(node, Node) and not node.nullable:
            return


def _ends_nullable(tail: Tail) -> bool:
    """Whether nothing must follow."""
    return all(isinstance(node, Again) or node.nullable for node in units(tail))


def _follows(run: Run, tail: Tail, at: int) -> bool:
    """Whether what follows matches here: all that may be empty, and the first that may not.

    Where nothing must follow, at least one character has to match; else everywhere would be the end.
    """
    kept, start = len(run.exports), at
    found = False
    for node in units(tail):
        if isinstance(node, Again):
            if at > start:
                found = True
                break
            continue
        at = node.peek(run, at)
        if at == MISS:
            break
        found = not node.nullable
    else:
        found = found or at > start
    del run.exports[kept:]
    return found


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
        self._read = matcher.reader(self.options) if slot or not matcher.sure else None
        self.nullable = least == 0 and matcher.counted

    def match(self, run: Run, at: int) -> int:
        found = self._match(run.text, at)
        if found is None:
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
            regex = matcher.wide
        if writer.searching and not matcher.sure:
            writer.doubt(matcher.doubt_of(self.options))
        if self.slot or not (matcher.sure or writer.searching):
            if not matcher.has_columns(self.options):
                raise NotRegular(f"{matcher.name} reads its values one by one")
            regex = writer.capture(regex, self.slot, self)
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
        self._match = re.compile(characters.regex + times(least, most)).match

    def match(self, run: Run, at: int) -> int:
        found = self._match(run.text, at)
        if found is None:
            return MISS
        if self.slot:
            run.exports.append((self.slot, found.group()))
        return found.end()

    def regular(self, writer: Writer) -> Shape:
        regex = writer.repeated(self.characters.regex, self.least, self.most)
        more = self.characters.held if self.least != self.most else frozenset()
        return Shape(writer.capture(regex, self.slot), self.characters.held, more, self.nullable)


class Place(Node):
    """A position: start, end, neither. One without a regular expression is no place to search for."""

    def __init__(self, name: str, holds: Callable[[str, int], bool], regex: str) -> None:
        self.name, self._holds, self._regex = name, holds, regex

    def match(self, run: Run, at: int) -> int:
        return at if self._holds(run.text, at) else MISS

    def regular(self, writer: Writer) -> Shape:
        if not self._regex:
            raise NotRegular(f"{self.name} looks back")
        return Shape(self._regex, empty=True)


class Lazy(Node):
    """`LD`, `DATA`: any characters of a set, up to the first place where what follows matches.

    Where nothing must follow it takes all it can. `maybe` is the optional one: it is absent where the rest matches at
    once, or where it could not match.
    """

    def __init__(
        self, characters: CharacterSet, least: int, most: int, tail: Tail, slot: str = "", maybe: bool = False
    ) -> None:
        self.characters, self.least, self.most = characters, least, most
        self.tail, self.slot, self.maybe = tail, slot, maybe
        self.nullable = least == 0 or maybe
        self.greedy = _ends_nullable(tail)
        self._run = re.compile(characters.regex + "*").match
        self._whole_lines = characters.regex == r"[^\x0a]"
        self._all = characters.regex == r"[\s\S]"
        self._finder: Callable[..., Any] | None = None
        self._searched = False

    def _limit(self, run: Run, at: int) -> int:
        if self._all:
            end = len(run.text)
        elif self._whole_lines:
            end = run.line_end(at)
        else:
            found = self._run(run.text, at)
            end = found.end() if found else at
        return min(end, at + self.most)

    def peek(self, run: Run, at: int) -> int:
        """Enough that there are characters: what follows this one is its own concern."""
        if self.nullable:
            return self.match(run, at)
        return at + self.least if at + self.least <= self._limit(run, at) else MISS

    def match(self, run: Run, at: int) -> int:
        if self.maybe and self.tail is not None and _follows(run, self.tail, at):
            return at
        low, high = at + self.least, self._limit(run, at)
        end = self._end(run, low, high) if low <= high else MISS
        if end == MISS:
            return at if self.maybe else MISS
        if self.slot:
            run.exports.append((self.slot, run.text[at:end]))
        return end

    def _end(self, run: Run, low: int, high: int) -> int:
        if self.least == self.most or self.tail is None:
            return high
        stop = self._stop(run, low, high)
        return high if stop == MISS and self.greedy else stop

    def _stop(self, run: Run, low: int, high: int) -> int:
        """The first place from `low` to `high` where what follows matches.

        `run.stops` remembers a stretch without one, from a place up to another, and whether that other one is a stop.
        """
        known = run.stops.get(self)
        if known is None or not known[0] <= low <= known[1]:
            known = run.stops[self] = [low, low, False]
        at, is_stop = known[1], known[2]
        find = self._find()
        while not is_stop and at <= high:
            if find is not None:
                candidate = find(run.text, at)
                if candidate is None:
                    at = len(run.text) + 1
                    break
                at = candidate.start()
                if at > high:
                    break
            is_stop = _follows(run, self.tail, at)
            at += not is_stop
        known[1], known[2] = at, is_stop
        return at if is_stop and at <= high else MISS

    def _find(self) -> Callable[..., Any] | None:
        """A search for how what follows may begin."""
        if not self._searched:
            self._searched = True
            leads = [node.lead for node in units(self.tail) if isinstance(node, Node)]
            if leads and all(leads):
                self._finder = re.compile("|".join(leads)).search
        return self._finder

    def regular(self, writer: Writer) -> Shape:
        """A run of characters where that suffices to know the end, else a lazy one."""
        one, least = self.characters, 1 if self.maybe else self.least
        if self.least == self.most:
            return self._shape(writer, one.regex, self.least, one, certain=True)
        stop = self._stopping(writer)
        if stop is None or not stop[0] & one.held:
            return self._shape(writer, one.regex, least, one)
        starts = stop[1]
        if starts is None or self.most <= MOST_COUNTED:
            return self._shape(writer, one.regex, least, one, lazy=True)
        others = one.without(starts)
        writer.bound(self.least, self.most)
        head = "" if self.maybe else writer.repeated(one.regex, self.least, self.least) if self.least else ""
        regex = head + others.regex + ("+" if self.maybe else "*")
        return self._shape(writer, regex, 1, others, first=one if head else others)

    def _shape(
        self,
        writer: Writer,
        regex: str,
        least: int,
        run: CharacterSet,
        *,
        lazy: bool = False,
        certain: bool = False,
        first: CharacterSet | None = None,
    ) -> Shape:
        counted = regex if first else writer.repeated(regex, least, self.most) + "?" * lazy
        shown = writer.capture(counted, self.slot)
        if self.maybe:
            shown = f"(?:{shown})?" + "?" * lazy
        more = frozenset() if lazy or certain else run.held
        return Shape(shown, (first or run).held, more, self.nullable, open=lazy)

    def _stopping(self, writer: Writer) -> tuple[frozenset[int], CharacterSet | None] | None:
        """How what must follow begins, and the set of characters that tells it; None where nothing follows."""
        if self.tail is None:
            return None
        nodes = list(units(self.tail))
        if self.greedy or any(isinstance(node, Again) for node in nodes):
            raise NotRegular("nothing that must be there follows a lazy matcher")
        wanted = [node for node in nodes if isinstance(node, Node)]
        return first_of(writer.ahead(wanted)), wanted[0].start if len(wanted) == 1 else None


# ---- composites -----------------------------------------------------------------------------------------------------


class Row(Node):
    """Nodes one after the other; exported, it is the text they match."""

    def __init__(self, nodes: Sequence[Node], slot: str = "") -> None:
        self.nodes, self.slot = list(nodes), slot
        self.nullable = all(node.nullable for node in nodes)
        self.lead = _lead_of(nodes)

    def match(self, run: Run, at: int) -> int:
        kept, end = len(run.exports), at
        for node in self.nodes:
            end = node.match(run, end)
            if end == MISS:
                del run.exports[kept:]
                return MISS
        if self.slot:
            run.exports.append((self.slot, run.text[at:end]))
        return end

    def regular(self, writer: Writer) -> Shape:
        return _captured(self, writer, lambda: writer.inside(lambda: writer.sequence(self.nodes)))


class OneOf(Node):
    """The first of the nodes that matches."""

    def __init__(self, nodes: Sequence[Node], slot: str = "") -> None:
        self.nodes, self.slot = list(nodes), slot
        self.nullable = any(node.nullable for node in nodes)
        leads = [node.lead for node in nodes]
        self.lead = "|".join(leads) if all(leads) else ""

    def match(self, run: Run, at: int) -> int:
        for node in self.nodes:
            end = node.match(run, at)
            if end != MISS:
                if self.slot:
                    run.exports.append((self.slot, run.text[at:end]))
                return end
        return MISS

    def regular(self, writer: Writer) -> Shape:
        return _captured(self, writer, lambda: writer.inside(lambda: self._alternatives(writer)))

    def _alternatives(self, writer: Writer) -> Shape:
        shapes = [node.regular(writer) for node in self.nodes]
        fixed = all(shape.fixed for shape in shapes) and _exclusive(self.nodes, shapes)
        is_open = any(shape.open for shape in shapes)
        if is_open and not fixed:
            raise NotRegular("it would have to go back")
        return Shape(
            "(?:" + "|".join(shape.regex for shape in shapes) + ")",
            frozenset().union(*(shape.first for shape in shapes)),
            frozenset().union(*(shape.more for shape in shapes)),
            self.nullable,
            is_open,
            fixed,
            any(shape.empty for shape in shapes),
        )


def _exclusive(nodes: Sequence[Node], shapes: Sequence[Shape]) -> bool:
    """Whether no two alternatives can match at one place. Only the last one may be empty."""
    if any(shape.nullable for shape in shapes[:-1]):
        return False
    for k, shape in enumerate(shapes):
        for j in range(k):
            if shape.first & shapes[j].first and not _different_texts(nodes[j], nodes[k]):
                return False
    return True


def _different_texts(one: Node, other: Node) -> bool:
    """Whether both begin with texts of which neither begins with the other."""
    texts = [_begin(one), _begin(other)]
    return bool(texts[0] and texts[1]) and not (texts[0].startswith(texts[1]) or texts[1].startswith(texts[0]))


def _begin(node: Node) -> str:
    if isinstance(node, Row):
        return _begin(node.nodes[0]) if node.nodes else ""
    return node.text if isinstance(node, Literal) and node.least else ""


class Option(Node):
    """A node, or nothing."""

    nullable = True

    def __init__(self, node: Node) -> None:
        self.node, self.lead = node, node.lead

    def match(self, run: Run, at: int) -> int:
        end = self.node.match(run, at)
        return at if end == MISS else end

    def regular(self, writer: Writer) -> Shape:
        shape = writer.inside(lambda: self.node.regular(writer))
        return Shape(f"(?:{shape.regex})?", shape.first, shape.more, True, shape.open, shape.fixed)


class Repeat(Node):
    """A node so many times, as often as it matches."""

    def __init__(self, node: Node, least: int, most: int, slot: str = "") -> None:
        self.node, self.least, self.most, self.slot = node, least, most, slot
        self.nullable = least == 0 or node.nullable
        self.lead = node.lead

    def match(self, run: Run, at: int) -> int:
        kept, end = len(run.exports), at
        for count in range(self.most):
            after = self.node.match(run, end)
            if after == MISS or after == end:
                if after == MISS and count < self.least:
                    del run.exports[kept:]
                    return MISS
                break
            end = after
        if self.slot:
            run.exports.append((self.slot, run.text[at:end]))
        return end

    def regular(self, writer: Writer) -> Shape:
        captures = len(writer.captures)
        shape = writer.inside(lambda: self.node.regular(writer))
        again = shape.more & shape.first
        if shape.nullable or shape.open or again or not shape.fixed or len(writer.captures) > captures:
            raise NotRegular("a repeated group would have to go back")
        regex = writer.repeated(f"(?:{shape.regex})", self.least, self.most)
        return Shape(writer.capture(regex, self.slot), shape.first, shape.first | shape.more, self.nullable)


class Look(Node):
    """A look ahead or behind; the position stays."""

    def __init__(self, node: Node, behind: bool, wanted: bool) -> None:
        self.node, self.behind, self.wanted = node, behind, wanted

    def match(self, run: Run, at: int) -> int:
        kept = len(run.exports)
        found = self._behind(run, at) if self.behind else self.node.match(run, at) != MISS
        if not (found and self.wanted):
            del run.exports[kept:]
        return at if found == self.wanted else MISS

    def _behind(self, run: Run, at: int) -> bool:
        """Whether some text that ends here matches; the longest is tried first."""
        for start in range(max(0, at - _FARTHEST_BEHIND), at + 1):
            kept = len(run.exports)
            if self.node.match(run, start) == at:
                return True
            del run.exports[kept:]
        return False


def _captured(node: Node, writer: Writer, shape: Callable[[], Shape]) -> Shape:
    """A shape as a group of its own where the node is exported. Groups count from the left, so its own comes first."""
    if not node.slot:
        return shape()
    writer.captures.append(Capture(node.slot, None))
    inner = shape()
    if inner.open:
        raise NotRegular("the text of a group ends with a lazy matcher")
    return replace(inner, regex=f"({inner.regex})")


def _lead_of(nodes: Sequence[Node]) -> str:
    """How nodes in a row may begin."""
    leads: list[str] = []
    for node in nodes:
        leads.append(node.lead)
        if not node.nullable:
            return "|".join(leads) if all(leads) else ""
    return ""


class Record(Node):
    """The exports of a node as one record."""

    def __init__(self, node: Node, names: Iterable[str], slot: str) -> None:
        self.node, self.names, self.slot = node, list(names), slot
        self.nullable, self.lead = node.nullable, node.lead

    def match(self, run: Run, at: int) -> int:
        kept = len(run.exports)
        end = self.node.match(run, at)
        if end != MISS:
            values = dict.fromkeys(self.names) | dict(run.exports[kept:])
            del run.exports[kept:]
            if self.slot:
                run.exports.append((self.slot, values))
        return end

