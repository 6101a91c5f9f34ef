"""Comments and where they belong: to the token before them, above what follows, or within the line.

A comment is asked for by the gap it stands in and is given away once. What no one asks for on the inside falls to
whoever asks for the range around it, so that none is lost.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dqlkit.languages.syntax.layout import LINE, Doc, Suffix
from dqlkit.languages.syntax.tree import Comment

__all__ = ["Comments", "Gap", "above", "behind", "within"]

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_BLANKS = frozenset(" \t\r")
#: After a comment: what ends the thing that the comment stands behind.
_ENDS = frozenset((*",;|)]}\n", ""))


@dataclass(slots=True)
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


_EMPTY = Gap()


class Comments:
    """The comments of a text."""

    def __init__(self, text: str, comments: Sequence[Comment]) -> None:
        self.text = text
        self._comments = comments
        self._starts = [comment.start for comment in comments]
        self._given = [False] * len(comments)

    def gap(self, start: int, end: int) -> Gap:
        """The comments that begin in this range, as far as they were not given away before."""
        if not self._starts:
            return _EMPTY
        found = Gap()
        for index in range(bisect_left(self._starts, start), bisect_left(self._starts, end)):
            if not self._given[index]:
                self._given[index] = True
                comment = self._comments[index]
                self._kind(found, comment).append(comment)
        return found

    def _kind(self, gap: Gap, comment: Comment) -> list[Comment]:
        alone = self._before(comment.start) in ("", "\n")
        if not _is_block(comment):
            return gap.lines if alone else gap.late
        after = self._after(comment.end)
        if alone and after in ("", "\n"):
            return gap.lines
        return gap.late if after in _ENDS else gap.early

    def _before(self, end: int) -> str:
        """The last character before this that is no blank."""
        while end > 0 and self.text[end - 1] in _BLANKS:
            end -= 1
        return self.text[end - 1 : end]

    def _after(self, start: int) -> str:
        """The first character from here on that is no blank."""
        while start < len(self.text) and self.text[start] in _BLANKS:
            start += 1
        return self.text[start : start + 1]

    def blank_line(self, start: int, end: int) -> bool:
        """Whether a blank line stands in this range."""
        return _BLANK_LINE.search(self.text, start, end) is not None


def _is_block(comment: Comment) -> bool:
    return comment.text.startswith("/*")


def behind(comments: Iterable[Comment]) -> list[Doc]:
    """Comments behind something, on its line; one that runs up to the line end goes there."""
    return [" " + comment.text if _is_block(comment) else Suffix(comment.text.rstrip()) for comment in comments]


def above(comments: Iterable[Comment]) -> list[Doc]:
    """Comments on the lines before something."""
    return [part for comment in comments for part in (comment.text.rstrip(), LINE)]


def within(comments: Iterable[Comment]) -> list[Doc]:
    """Comments in front of something, on its line."""
    return [comment.text + " " for comment in comments]
