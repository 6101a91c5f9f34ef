"""Regular expressions of the search engine under ADQL, in both directions.

They match a whole text. Known are `.` (any character), `? * + {n} {n,} {n,m}`, `|`, `( )`, `[a-z]`, `[^a-z]`,
`"literal"`, `@` (any text), `#` (no text at all) and `\\` before a character that means itself. There is no `^`, `$` or
`\\d`: they are plain characters. What is regular but needs more than an expression elsewhere, `&`, `~` and `<1-9>`, is
refused.

The plan has the same as a common regular expression, in the part of that language which any engine runs in linear time.
"""

from __future__ import annotations

import re

from dqlkit.frozen import frozen
from dqlkit.regex import regex

__all__ = ["RegexpError", "from_common", "literal_pattern", "plain", "texts", "to_common"]

#: A pattern of more repetitions than this is refused, as the service does.
MOST_STATES = 10_000
_DEEPEST = 100


class RegexpError(ValueError):
    """What is wrong with a pattern, and at which character."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@frozen
class Part:
    """Base of the nodes of a pattern."""


@frozen
class Any(Part):
    """Any character."""


@frozen
class Nothing(Part):
    """What matches no text."""


@frozen
class Text(Part):
    """One character, as it is."""

    character: str


@frozen
class Class(Part):
    """One character of these inclusive ranges, or one of all others."""

    ranges: tuple[tuple[str, str], ...]
    inverted: bool


@frozen
class Sequence(Part):
    parts: tuple[Part, ...]


@frozen
class Choice(Part):
    options: tuple[Part, ...]


@frozen
class Repeat(Part):
    part: Part
    least: int
    most: int | None


ANYTHING = Repeat(Any(), 0, None)
_COUNT = regex(r"\{(\d{1,5})(,(\d{0,5}))?\}")
_COUNTS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_REFUSED = {"&": "an intersection", "~": "a complement", "<": "a numeric interval"}


class _Reader:
    """Reads what both languages share; subclasses say what their single characters mean."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def read(self) -> Part:
        part = self.choice(0)
        if self.here:
            raise self.fail("expected nothing after the pattern, found `)`")
        if _size(part) > MOST_STATES:
            raise RegexpError("expected fewer repetitions", 0)
        return part

    @property
    def here(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, text: str) -> bool:
        found = self.pattern.startswith(text, self.at)
        self.at += len(text) if found else 0
        return found

    def fail(self, message: str) -> RegexpError:
        return RegexpError(message, self.at)

    def choice(self, depth: int) -> Part:
        if depth > _DEEPEST:
            raise self.fail(f"expected at most {_DEEPEST} groups inside one another")
        options = [self.sequence(depth)]
        while self.take("|"):
            options.append(self.sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.here and self.here not in "|)":
            part = self.repeated(self.atom(depth))
            parts += part.parts if isinstance(part, Sequence) else [part]
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self, part: Part) -> Part:
        while self.here and self.here in "*+?{":
            if self.here == "{":
                part = self.counted(part)
            else:
                part = Repeat(part, *_COUNTS[self.here])
                self.at += 1
        return part

    def counted(self, part: Part) -> Part:
        count = _COUNT.match(self.pattern, self.at)
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
        if character in "*+?{":
            raise self.fail(f"expected something before `{character}`, found nothing")
        self.at += 1
        if character == "(":
            return self.group(depth)
        if character == "[":
            return self.characters()
        if character == ".":
            return Any()
        return self.single(character)

    def single(self, character: str) -> Part:
        raise NotImplementedError

    def escaped(self) -> str:
        if not self.here:
            raise self.fail("expected a character after `\\`, found none")
        self.at += 1
        return self.pattern[self.at - 1]

    def group(self, depth: int) -> Part:
        start = self.at - 1
        inner = self.choice(depth + 1)
        if not self.take(")"):
            self.at = start
            raise self.fail("expected a closing `)`, found none")
        return inner

    def characters(self) -> Part:
        start = self.at - 1
        inverted = self.take("^")
        ranges: list[tuple[str, str]] = []
        while self.here and self.here != "]":
            low = high = self.member()
            if self.here == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self.member()
            if high < low:
                raise self.fail("expected a range in ascending order")
            ranges.append((low, high))
        if not ranges or not self.take("]"):
            self.at = start
            raise self.fail("expected characters between `[` and `]`")
        return Class(tuple(ranges), inverted)

    def member(self) -> str:
        self.at += 1
        character = self.pattern[self.at - 1]
        return self.escaped() if character == "\\" else character


class _Lucene(_Reader):
    def single(self, character: str) -> Part:
        if character in _REFUSED:
            self.at -= 1
            raise self.fail(f"expected a character, found {_REFUSED[character]}, which is not supported")
        if character == '"':
            return self.quoted()
        if character == "@":
            return ANYTHING
        return Nothing() if character == "#" else Text(self.escaped() if character == "\\" else character)

    def quoted(self) -> Part:
        end = self.pattern.find('"', self.at)
        if end < 0:
            self.at -= 1
            raise self.fail('expected a closing `"`, found none')
        text, self.at = self.pattern[self.at : end], end + 1
        return Sequence(tuple(map(Text, text)))


class _Common(_Reader):
    """The part of common regular expressions that `to_common` writes."""

    def single(self, character: str) -> Part:
        if character in "^$":
            raise self.fail("expected no anchor")
        if character != "\\":
            return Text(character)
        escaped = self.escaped()
        if escaped.isalnum():
            raise self.fail("expected no class of characters")
        return Text(escaped)

    def group(self, depth: int) -> Part:
        if self.here == "?" and not self.take("?:"):
            raise self.fail("expected a plain group")
        return super().group(depth)

    def characters(self) -> Part:
        if self.take(_NOTHING[1:]):
            return Nothing()
        return super().characters()

    def member(self) -> str:
        if self.here == "[" or self.pattern.startswith("&&", self.at):
            raise self.fail("expected no class inside a class")
        escaped = self.here == "\\"
        found = super().member()
        if escaped and found.isalnum():
            raise self.fail("expected no class of characters")
        return found


def _size(part: Part) -> int:
    match part:
        case Sequence(parts) | Choice(parts):
            return 1 + sum(map(_size, parts))
        case Repeat(inner, least, most):
            return 1 + _size(inner) * max(1, most if most is not None else least + 1)
    return 1


# ---- writing --------------------------------------------------------------------------------------------------------

_NOTHING = r"[^\s\S]"
_DOT_ALL = "(?s)"


@frozen
class _Writer:
    """Spells a pattern: what is special alone and in a class, and how nothing and groups are written."""

    special: frozenset[str]
    in_class: frozenset[str]
    nothing: str
    group: str

    def write(self, part: Part) -> str:
        match part:
            case Any():
                return "."
            case Nothing():
                return self.nothing
            case Text(character):
                return "\\" + character if character in self.special else character
            case Class(ranges, inverted):
                inside = (
                    self._one(low) if low == high else f"{self._one(low)}-{self._one(high)}" for low, high in ranges
                )
                return f"[{'^' if inverted else ''}{''.join(inside)}]"
            case Sequence(parts):
                return "".join(self._operand(one, (Choice,)) for one in parts)
            case Choice(options):
                return "|".join(map(self.write, options))
            case Repeat(inner, least, most):
                return self._operand(inner, (Choice, Sequence, Repeat)) + _count(least, most)
        raise AssertionError(part)

    def _one(self, character: str) -> str:
        return "\\" + character if character in self.in_class else character

    def _operand(self, part: Part, grouped: tuple[type[Part], ...]) -> str:
        written = self.write(part)
        return f"{self.group}{written})" if isinstance(part, grouped) else written


def _count(least: int, most: int | None) -> str:
    plain = next((sign for sign, counts in _COUNTS.items() if counts == (least, most)), None)
    return plain or (f"{{{least}}}" if least == most else f"{{{least},{'' if most is None else most}}}")


_LUCENE_WRITER = _Writer(frozenset('.?+*|{}[]()"\\#@&<>~'), frozenset("\\]^-"), "#", "(")
_COMMON_WRITER = _Writer(frozenset(".?+*|{}[]()\\^$"), frozenset("\\][^-&~"), _NOTHING, "(?:")


def to_common(pattern: str) -> str:
    """A pattern of ADQL as a common regular expression for a whole text; raises `RegexpError`."""
    part = _Lucene(pattern).read()
    written = _COMMON_WRITER.write(part)
    return _DOT_ALL + written if _has_any(part) else written


def from_common(pattern: str) -> str:
    """A common regular expression for a whole text as a pattern of ADQL; raises `RegexpError` for what it has not."""
    dot_all = pattern.startswith(_DOT_ALL)
    part = _Common(pattern.removeprefix(_DOT_ALL)).read()
    if _has_any(part) and not dot_all:
        raise RegexpError("expected `.` for any character, line ends included", 0)
    return _LUCENE_WRITER.write(part)


def _has_any(part: Part) -> bool:
    match part:
        case Sequence(parts) | Choice(parts):
            return any(map(_has_any, parts))
        case Repeat(inner):
            return _has_any(inner)
    return isinstance(part, Any)


def texts(pattern: str) -> tuple[str, ...] | None:
    """The pattern as texts in which `*` stands for any run of characters, where it is no more than that."""
    part = _Lucene(pattern).read()
    found = [_text(option) for option in (part.options if isinstance(part, Choice) else (part,))]
    return None if None in found else tuple(re.sub(r"\*+", "*", text) for text in found if text is not None)


def _text(part: Part) -> str | None:
    if part == ANYTHING:
        return "*"
    if isinstance(part, Text):
        return part.character if part.character != "*" else None
    if isinstance(part, Sequence):
        inner = [_text(one) for one in part.parts]
        return None if None in inner else "".join(text for text in inner if text)
    return None


def plain(pattern: str) -> str | None:
    """The one text that a pattern matches, where it has nothing special in it."""
    part = _Lucene(pattern).read()
    characters = part.parts if isinstance(part, Sequence) else (part,)
    if not all(isinstance(character, Text) for character in characters):
        return None
    return "".join(character.character for character in characters if isinstance(character, Text))


def literal_pattern(text: str) -> str:
    """A pattern of ADQL that matches just this text."""
    return _LUCENE_WRITER.write(Sequence(tuple(map(Text, text))))
