"""Comments and where they belong: to the token before them, above what follows, or within the line.

A printer takes comments by the gap between two tokens, and each comment is handed out once. A comment that no inner
node takes goes to the node around it, so that none is lost.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from dqlkit.frozen import field, mutable
from dqlkit.languages.syntax.layout import Doc, Suffix
from dqlkit.languages.syntax.tree import Comment
from dqlkit.regex import regex

__all__ = ["Comments", "Gap", "behind", "lines", "within"]

_BLANK_LINE = regex(r"\n[ \t\r]*\n")
_BLANKS = frozenset(" \t\r")
#: After a comment: what ends the thing that the comment stands behind.
_ENDS = frozenset(",;|)]}")


@mutable
class Gap:
    """The comments of one gap: `late` ones stand behind the token before it, `lines` have a line of their own, `early`
    ones stand on the line of the token after it.
    """

    late: list[Comment] = field(default_factory=list)
    lines: list[Comment] = field(default_factory=list)
    early: list[Comment] = field(default_factory=list)

    @property
    def all(self) -> list[Comment]:
        return [*self.late, *self.lines, *self.early]

    @property
    def blocks(self) -> list[Comment]:
        """Block comments, which can stand anywhere."""
        return [comment for comment in self.all if _is_block(comment)]

    @property
    def rest(self) -> list[Comment]:
        """Line comments, which run up to the line end."""
        return [comment for comment in self.all if not _is_block(comment)]


_EMPTY = Gap()


class Comments:
    """The comments of a text."""

    def __init__(self, text: str, comments: Sequence[Comment]) -> None:
        self.text = text
        self._comments = comments
        self._starts = [comment.start for comment in comments]
        self._given = [False] * len(comments)
        self._begins_line = self._beginning()
        self._followed_by = self._following()

    def gap(self, start: int, end: int) -> Gap:
        """The comments that begin in this range and were not handed out before."""
        if not self._starts:
            return _EMPTY
        found = Gap()
        for index in range(bisect_left(self._starts, start), bisect_left(self._starts, end)):
            if not self._given[index]:
                self._given[index] = True
                self._kind(found, index).append(self._comments[index])
        return found

    def _kind(self, gap: Gap, index: int) -> list[Comment]:
        follows = self._followed_by[index]
        if follows == "\n":
            return gap.lines if self._begins_line[index] else gap.late
        if follows not in _ENDS:
            return gap.early
        ended = bool(gap.late) and not _is_block(gap.late[-1])  # nothing can follow on the line of a line comment
        return gap.lines if ended else gap.late

    def _beginning(self) -> list[bool]:
        """Of each comment whether only comments stand before it on its line."""
        found: list[bool] = []
        end = 0
        for comment in self._comments:
            at = comment.start
            while at > end and self.text[at - 1] in _BLANKS:
                at -= 1
            alone = found[-1] if found and at == end else not at or self.text[at - 1] == "\n"
            found.append(alone)
            end = comment.end
        return found

    def _following(self) -> list[str]:
        """The first character after each comment (and the comments behind it), or a line end."""
        found: list[str] = []
        start, after = len(self.text), "\n"
        for comment in reversed(self._comments):
            at = comment.end
            while at < start and self.text[at] in _BLANKS:
                at += 1
            if at < start:
                after = self.text[at]
            found.append(after if _is_block(comment) else "\n")
            start, after = comment.start, found[-1]
        return found[::-1]

    def blank_line(self, start: int, end: int) -> bool:
        """Whether a blank line stands in this range."""
        return _BLANK_LINE.search(self.text, start, end) is not None


def _is_block(comment: Comment) -> bool:
    return comment.text.startswith("/*")


def behind(comments: Iterable[Comment]) -> list[Doc]:
    """Comments behind something, on its line; one that runs up to the line end ends the line."""
    return [" " + comment.text if _is_block(comment) else Suffix(comment.text.rstrip()) for comment in comments]


def within(comments: Iterable[Comment]) -> list[Doc]:
    """Comments in front of something, on its line."""
    return [comment.text + " " for comment in comments]


def lines(comments: Iterable[Comment]) -> list[str]:
    """Comments for lines of their own."""
    return [comment.text.rstrip() for comment in comments]
