"""Regular expressions of the search engine under ADQL: they match a whole text, and in linear time.

Known are `.` (any character), `? * + {n} {n,} {n,m}`, `|`, `( )`, `[a-z]`, `[^a-z]`, `"literal"`, `@` (any text), `#` (no
text at all) and `\\` before a character that means itself. There is no `^`, `$` or `\\d`: they are plain characters. What
is regular but has no cheap automaton, `&`, `~` and `<1-9>`, is refused.

`compiled(pattern)` gives an automaton that is run in plain Python; `to_rust` spells the same for Polars.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

__all__ = ["Automaton", "RegexpError", "compiled", "texts", "to_rust"]

#: An automaton of more states than this is refused, as the engine does.
MOST_STATES = 10_000
_LAST = 0x10FFFF


class RegexpError(ValueError):
    """What is wrong with a pattern, and at which character."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Part:
    """Base of what a pattern is made of."""


@dataclass(frozen=True, slots=True)
class Characters(Part):
    """One character of these inclusive ranges, in order; none for no text at all."""

    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Sequence(Part):
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice(Part):
    options: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat(Part):
    part: Part
    least: int
    most: int | None


ANYTHING = Characters(((0, _LAST),))
NOTHING = Characters(())
_REFUSED = {"&": "intersection", "~": "complement", "<": "numeric interval"}


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    @property
    def here(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, text: str) -> bool:
        if not text or not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def fail(self, message: str) -> RegexpError:
        return RegexpError(message, self.at)

    def choice(self, depth: int = 0) -> Part:
        if depth > 100:
            raise self.fail("expected at most 100 nested groups")
        options = [self.sequence(depth)]
        while self.take("|"):
            options.append(self.sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.here and self.here not in "|)":
            parts.append(self.repeated(self.atom(depth)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self, part: Part) -> Part:
        while True:
            if self.take("*"):
                part = Repeat(part, 0, None)
            elif self.take("+"):
                part = Repeat(part, 1, None)
            elif self.take("?"):
                part = Repeat(part, 0, 1)
            elif self.here == "{":
                part = self.counted(part)
            else:
                return part

    def counted(self, part: Part) -> Part:
        count = re.compile(r"\{(\d{1,5})(,(\d{0,5}))?\}").match(self.pattern, self.at)
        if count is None:
            raise self.fail("expected a count such as `{2}` or `{2,5}`")
        least = int(count[1])
        most = least if not count[2] else int(count[3]) if count[3] else None
        if most is not None and most < least:
            raise self.fail(f"expected a count of at least {least}, found {most}")
        self.at = count.end()
        return Repeat(part, least, most)

    def atom(self, depth: int) -> Part:
        character = self.here
        if character in _REFUSED:
            raise self.fail(f"expected a character, found `{character}` ({_REFUSED[character]}), which is not supported")
        if character in "*+?{":
            raise self.fail(f"expected something before `{character}`, found none")
        self.at += 1
        match character:
            case "(":
                return self.group(depth)
            case "[":
                return self.characters()
            case '"':
                return self.quoted()
            case ".":
                return ANYTHING
            case "@":
                return Repeat(ANYTHING, 0, None)
            case "#":
                return NOTHING
        return _one(self.escaped() if character == "\\" else character)

    def escaped(self) -> str:
        if not self.here:
            raise self.fail("expected a character after `\\`, found none")
        self.at += 1
        return self.pattern[self.at - 1]

    def group(self, depth: int) -> Part:
        start = self.at
        inner = self.choice(depth + 1)
        if not self.take(")"):
            self.at = start - 1
            raise self.fail("expected a closing `)`, found none")
        return inner

    def quoted(self) -> Part:
        end = self.pattern.find('"', self.at)
        if end < 0:
            self.at -= 1
            raise self.fail('expected a closing `"`, found none')
        text, self.at = self.pattern[self.at : end], end + 1
        return Sequence(tuple(map(_one, text)))

    def characters(self) -> Part:
        start = self.at - 1
        inverted = self.take("^")
        ranges: list[tuple[int, int]] = []
        while self.here and self.here != "]":
            low = self.member()
            high = low
            if self.here == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self.member()
            if high < low:
                raise self.fail("expected a range in ascending order")
            ranges.append((ord(low), ord(high)))
        if not ranges or not self.take("]"):
            self.at = start
            raise self.fail("expected characters between `[` and `]`")
        return Characters(tuple(_inverted(ranges) if inverted else sorted(ranges)))

    def member(self) -> str:
        self.at += 1
        character = self.pattern[self.at - 1]
        return self.escaped() if character == "\\" else character


def _one(character: str) -> Part:
    return Characters(((ord(character), ord(character)),))


def _inverted(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begin = 0
    for low, high in sorted(ranges):
        if low > begin:
            yield begin, low - 1
        begin = max(begin, high + 1)
    if begin <= _LAST:
        yield begin, _LAST


@lru_cache(maxsize=256)
def read(pattern: str) -> Part:
    """The parts of a pattern; raises `RegexpError`."""
    reader = _Reader(pattern)
    part = reader.choice()
    if reader.here:
        raise reader.fail("expected nothing after the pattern, found `)`")
    if _size(part) > MOST_STATES:
        raise RegexpError("expected a pattern of fewer repetitions", 0)
    return part


def _size(part: Part) -> int:
    match part:
        case Sequence(parts) | Choice(parts):
            return 1 + sum(map(_size, parts))
        case Repeat(inner, least, most):
            return 1 + _size(inner) * max(1, most if most is not None else least + 1)
    return 1


# ---- the automaton --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Automaton:
    """States with arrows: over characters to one state, over nothing to several. State 0 accepts.

    Sets of states are remembered with what each character leads to, so a text costs one look-up per character.
    """

    over: list[tuple[Characters, int] | None] = field(default_factory=lambda: [None])
    free: list[tuple[int, ...]] = field(default_factory=lambda: [()])
    start: int = 0
    _known: dict[tuple[frozenset[int], str], frozenset[int]] = field(default_factory=dict)

    def matches(self, text: str) -> bool:
        """Whether the whole text is matched."""
        states = self._closure([self.start])
        for character in text:
            if not states:
                return False
            following = self._known.get((states, character))
            if following is None:
                following = self._step(states, ord(character))
                if len(self._known) > MOST_STATES:
                    self._known.clear()
                self._known[states, character] = following
            states = following
        return 0 in states

    def _step(self, states: frozenset[int], character: int) -> frozenset[int]:
        arrows = (self.over[state] for state in states)
        hit = (to for characters, to in filter(None, arrows) if _holds(characters, character))
        return self._closure(list(hit))

    def _closure(self, states: list[int]) -> frozenset[int]:
        found = set(states)
        while states:
            for state in self.free[states.pop()]:
                if state not in found:
                    found.add(state)
                    states.append(state)
        return frozenset(found)

    def state(self, over: tuple[Characters, int] | None, *free: int) -> int:
        self.over.append(over)
        self.free.append(free)
        return len(self.over) - 1

    def add(self, part: Part, then: int) -> int:
        """A state from which `part` leads to `then`."""
        match part:
            case Characters():
                return self.state((part, then))
            case Sequence(parts):
                for inner in reversed(parts):
                    then = self.add(inner, then)
                return then
            case Choice(options):
                return self.state(None, *(self.add(option, then) for option in options))
            case Repeat(inner, least, most):
                return self._repeat(inner, least, most, then)
        raise AssertionError(part)

    def _repeat(self, part: Part, least: int, most: int | None, then: int) -> int:
        if most is None:
            loop = self.state(None, then)
            self.free[loop] = (then, self.add(part, loop))
            then = loop
        else:
            end = then
            for _ in range(most - least):
                then = self.state(None, end, self.add(part, then))
        for _ in range(least):
            then = self.add(part, then)
        return then


def _holds(characters: Characters, character: int) -> bool:
    return any(low <= character <= high for low, high in characters.ranges)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Automaton:
    """The automaton of a pattern; raises `RegexpError`."""
    automaton = Automaton()
    automaton.start = automaton.add(read(pattern), 0)
    return automaton


# ---- other spellings ------------------------------------------------------------------------------------------------


def to_rust(pattern: str) -> str:
    """The pattern for Polars, anchored at both ends; raises `RegexpError`."""
    return f"^(?:{_rust(read(pattern))})$"


def _rust(part: Part) -> str:
    match part:
        case Characters(ranges):
            return "[" + "".join(f"{_escape(low)}-{_escape(high)}" for low, high in ranges) + "]" if ranges else r"[^\x{0}-\x{10FFFF}]"
        case Sequence(parts):
            return "".join(map(_rust, parts))
        case Choice(options):
            return "(?:" + "|".join(map(_rust, options)) + ")"
        case Repeat(inner, least, most):
            return f"(?:{_rust(inner)}){{{least},{'' if most is None else most}}}"
    raise AssertionError(part)


def _escape(code: int) -> str:
    return f"\\x{{{code:X}}}"


def texts(pattern: str) -> tuple[str, ...] | None:
    """The pattern as texts in which `*` stands for any run of characters, where it is no more than that."""
    part = read(pattern)
    options = part.options if isinstance(part, Choice) else (part,)
    found = [_text(option) for option in options]
    return tuple(text for text in found if text is not None) if None not in found else None


def _text(part: Part) -> str | None:
    if part == Repeat(ANYTHING, 0, None):
        return "*"
    if isinstance(part, Characters):
        single = len(part.ranges) == 1 and part.ranges[0][0] == part.ranges[0][1] != ord("*")
        return chr(part.ranges[0][0]) if single else None
    if isinstance(part, Sequence):
        inner = [_text(one) for one in part.parts]
        return "".join(text for text in inner if text) if None not in inner else None
    return None
