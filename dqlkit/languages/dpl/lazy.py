"""The lazy matchers, which take the fewest characters after which the rest matches."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dqlkit.languages.dpl.characters import CharacterSet
from dqlkit.languages.dpl.program import MISS, Again, Node, Run, Tail, units
from dqlkit.languages.dpl.regular import MOST_COUNTED, NotRegular, Shape, Writer, first_of

__all__ = ["Lazy"]


def _nothing_must_follow(tail: Tail) -> bool:
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


class Lazy(Node):
    """`LD`, `DATA`: any characters of a set, up to the first place where what follows matches.

    Where nothing must follow it takes all it can. `maybe` is the optional one: it is absent where the rest matches at
    once, or where it could not match.
    """

    is_lazy = True

    def __init__(
        self, characters: CharacterSet, least: int, most: int, tail: Tail, slot: str = "", maybe: bool = False
    ) -> None:
        self.characters, self.least, self.most = characters, least, most
        self.tail, self.slot, self.maybe = tail, slot, maybe
        self.nullable = least == 0 or maybe
        self.greedy = _nothing_must_follow(tail)
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
        """Whether there are enough characters; what follows this matcher is not checked."""
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
        if self.tail is None and writer.prefix and not writer.depth and not self.slot:
            return Shape(writer.repeated(one.regex, least, least), one.held, nullable=self.nullable)
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
