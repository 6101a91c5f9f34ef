"""Translates patterns to one regular expression that runs in linear time.

The matcher never backtracks: a lazy matcher ends at the first place where what follows it matches, a run of characters
takes all there are, the first alternative that matches is the one. A regular expression would backtrack. That is
prevented in two ways:

- Where nothing but the whole attempt depends on the rest, the rest is written `(?:rest|)`. Then there is always a
  match, and no reason to try another one; an empty group at the very end tells whether all of the rest was met.
- Elsewhere, in what a lazy matcher looks for, in options and alternatives, backtracking must be unable to succeed: what
  may follow begins with none of the characters that an element could have taken more or fewer of.

A pattern for which neither way works raises `NotRegular` and runs in the matcher. A regular expression may accept more
than its matchers do (35 as a month, numbers that are too large): the conversion of values finds such records, and the
matcher decides about them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from dqlkit.frozen import field, frozen, mutable
from dqlkit.languages.dpl.characters import Held

if TYPE_CHECKING:
    from dqlkit.languages.dpl.program import Clock, Node

__all__ = ["MOST_COUNTED", "Capture", "NotRegular", "Shape", "Writer", "first_of", "flat", "times"]

MOST_COUNTED = 1000
"""A larger number of repetitions is not counted by the regular expression: the length of the text bounds it."""

_NOTHING: Held = frozenset()


class NotRegular(Exception):
    """Why a pattern has no regular expression."""


@frozen
class Shape:
    """What an element is as a regular expression.

    first     the characters it may begin with
    more      the characters of which it could have taken more or fewer
    nullable  whether it may be left out
    empty     whether it may match without taking a character; what is nullable may
    endless   whether it takes the rest of the text, and its reader tells how much of that it needs
    open      whether it ends in a lazy matcher, so that what follows decides where
    fixed     whether what it matches at a place is certain, `more` aside; alternatives that overlap are not
    """

    regex: str
    first: Held = _NOTHING
    more: Held = _NOTHING
    nullable: bool = False
    open: bool = False
    fixed: bool = True
    empty: bool = False
    endless: bool = False


class Reader(Protocol):
    """What tells the values of texts that were found."""

    def column(self, text: Any, clock: Clock) -> Any:
        """The values of a column of texts; null for what is refused, or has to be asked of the matcher."""


@frozen
class Capture:
    """A group of the expression: the export it is for, and who reads it (None for plain text). `written` reads what
    `toString` says of the values instead, where columns can tell."""

    slot: str
    reader: Reader | None
    written: Reader | None = None


@mutable
class Writer:
    """Writes one expression. `limit` is the length of text up to which uncounted repetitions are right.

    `depth` counts the groups around: outside of them a wider expression will do, for what it finds is read at once.
    `prefix` says that only the values matter, not how far a match goes.
    `usual` writes one that knows only the usual form of values: what it matches, the other one matches alike. That is not
    so for what a lazy matcher looks for (`sought`), since another form may stand in front of the usual one.
    `later` says that texts begin somewhere inside of the whole ones.
    `searching` writes an expression that is looked for anywhere: then nothing but the text itself can tell whether a
    value is refused, and `doubts` are expressions for texts in which one might be.
    """

    searching: bool = False
    prefix: bool = False
    later: bool = False
    usual: bool = False
    sought: bool = False
    depth: int = 0
    captures: list[Capture] = field(default_factory=list)
    limit: int = 1 << 31
    doubts: list[str] = field(default_factory=list)

    def capture(self, regex: str, slot: str, reader: Reader | None = None, written: Reader | None = None) -> str:
        """The expression as a group where it is exported, or where a matcher has to look at what was found."""
        if not slot and reader is None:
            return regex
        self.captures.append(Capture(slot, reader, written))
        return f"({regex})"

    def inside(self, shape: Callable[[], Shape]) -> Shape:
        """A shape on which the rest of a unit depends."""
        self.depth += 1
        made = shape()
        self.depth -= 1
        return made

    def doubt(self, regex: str) -> None:
        """Take note of which texts may hold what looks like a match and is refused."""
        if not regex:
            raise NotRegular("what is refused shows only in the value")
        self.doubts.append(regex)

    def bound(self, least: int, most: int) -> None:
        """Take note of how often something may be repeated at most."""
        if least > MOST_COUNTED:
            raise NotRegular("it counts too far")
        if most > MOST_COUNTED:
            self.limit = min(self.limit, most)

    def repeated(self, regex: str, least: int, most: int) -> str:
        """An expression so many times; large bounds are left to the length of the text."""
        self.bound(least, most)
        return regex + times(least, most, counted=False)

    def whole(self, nodes: Sequence[Node], behind: str = "") -> str:
        """The expression of a whole pattern. It ends in an empty group, which tells whether all of it was met, and in the
        expression `behind`."""
        found = flat(nodes)
        while found and found[0].is_start and not self.later:
            found.pop(0)
        return "^" + self._committed(found, behind)

    def found(self, nodes: Sequence[Node]) -> str:
        """The expression of a pattern that is looked for anywhere."""
        shape = self.sequence(nodes)
        if _may_be_empty(shape) or shape.open:
            raise NotRegular("it may match nothing")
        return shape.regex

    def sequence(self, nodes: Sequence[Node]) -> Shape:
        """Elements in a row, as a unit: whether all of them match must not depend on going back."""
        shapes = [node.regular(self) for node in nodes]
        if any(shape.endless for shape in shapes):
            raise NotRegular("where a document ends is not known before it is read")
        for position, shape in enumerate(shapes[:-1]):
            if shape.open:
                self._closes(shapes[position:])
            elif not _certain(shape, shapes[position + 1 :]):
                raise NotRegular("it would have to go back")
        more: Held = _NOTHING
        for shape in reversed(shapes):
            more |= _taken(shape)
            if not shape.nullable:
                break
        return Shape(
            "".join(shape.regex for shape in shapes),
            first_of(shapes),
            more,
            nullable=all(shape.nullable for shape in shapes),
            open=_ends_open(shapes),
            fixed=shapes[-1].fixed and not any(shape.open for shape in shapes[:-1]),
            empty=all(map(_may_be_empty, shapes)),
        )

    def ahead(self, nodes: Sequence[Node]) -> list[Shape]:
        """The shapes of what follows, up to the first that must be there; nothing is written for it."""
        kept = len(self.captures), len(self.doubts), self.limit
        shapes: list[Shape] = []
        for node in nodes:
            shapes.append(node.regular(self))
            if not shapes[-1].nullable:
                break
        del self.captures[kept[0] :], self.doubts[kept[1] :]
        self.limit = kept[2]
        return shapes

    def _closes(self, shapes: Sequence[Shape]) -> int:
        """How many elements a lazy matcher looks for. What it finds must be certain, and nothing after it may fail."""
        wanted = next((k for k, shape in enumerate(shapes[1:], 1) if not shape.nullable), None)
        if wanted is None:
            return 0
        for position in range(wanted):
            if not _certain(shapes[position], shapes[position + 1 : wanted + 1]):
                raise NotRegular("it would have to go back")
        if wanted + 1 < len(shapes) or shapes[wanted].open:
            raise NotRegular("what a lazy matcher looks for goes on")
        return wanted

    def _committed(self, nodes: Sequence[Node], behind: str) -> str:
        """Elements in a row, of which each decides on its own: the rest is always optional to it."""
        parts: list[str] = []
        pending: list[Shape] = []
        cuts = 0
        for position, node in enumerate(nodes):
            rest = nodes[position + 1 :]
            self.sought = bool(pending)
            shape = node.regular(self)
            parts.append(shape.regex)
            if shape.endless and rest:
                raise NotRegular("what follows a document begins where that ends")
            if (shape.open or (shape.endless and not shape.fixed)) and pending:
                raise NotRegular("a lazy matcher looks for another one, or for a loop")
            if shape.open or pending:
                pending.append(shape)
                if shape.open or shape.nullable:
                    continue
                self._closes(pending)
                pending = []
            elif _certain(shape, self.ahead(rest)):
                continue
            if rest:
                parts.append("(?:")
                cuts += 1
        if pending:
            raise NotRegular("nothing that must be there follows a lazy matcher")
        return "".join(parts) + "()" + behind + "|)" * cuts


def _may_be_empty(shape: Shape) -> bool:
    return shape.empty or shape.nullable


def _taken(shape: Shape) -> Held:
    """The characters of which a match could have had more or fewer, being absent included."""
    return shape.more | (shape.first if shape.nullable and not shape.open else _NOTHING)


def _certain(shape: Shape, following: Sequence[Shape]) -> bool:
    """Whether failing later gives no reason to try another match of this one."""
    return shape.fixed and not _taken(shape) & first_of(following)


def first_of(shapes: Sequence[Shape]) -> Held:
    """The characters with which elements in a row may begin."""
    first: Held = _NOTHING
    for shape in shapes:
        first |= shape.first
        if not shape.nullable:
            break
    return first


def _ends_open(shapes: Sequence[Shape]) -> bool:
    """Whether the last lazy matcher waits for what follows the row."""
    for shape in reversed(shapes):
        if shape.open:
            return True
        if not shape.nullable:
            return False
    return False


def flat(nodes: Sequence[Node]) -> list[Node]:
    """The elements of groups that are no more than brackets. A lazy matcher looks for a group as a whole."""
    found: list[Node] = []
    for node in nodes:
        if node.bracketed and not (found and found[-1].is_lazy):
            found += flat(node.bracketed)
        else:
            found.append(node)
    return found


def times(least: int, most: int, counted: bool = True) -> str:
    """A quantifier as regular expressions write it; `counted` false leaves out a large upper bound."""
    if (least, most) == (1, 1):
        return ""
    if not counted and most > MOST_COUNTED:
        return {0: "*", 1: "+"}.get(least, f"{{{least},}}")
    if least == most:
        return f"{{{least}}}"
    return "?" if (least, most) == (0, 1) else f"{{{least},{most}}}"
