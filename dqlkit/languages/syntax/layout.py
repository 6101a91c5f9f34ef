"""The layout engine of the formatters: documents, which may be broken into lines, and a page that decides where.

A document is a string or one of the classes below, put together from the leaves up. Every document knows its `width`,
what it takes on one line (`WIDE` or more where it cannot stand on one), so that the page decides at every bracket at
once and never tries. The forms:

    Cat      one after the other
    List     items in brackets: `f(a, b)`; broken it has one item per line
    Chain    operands with operators between: `a and b`; broken it has a line per operator
    Indent   what its lines are moved in by
    LINE     a line end; whatever surrounds it is broken
    Suffix   goes to the end of its line: a comment that runs up to the line end
    Above    has comments in the lines above it
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

__all__ = ["LINE", "WIDE", "Above", "Cat", "Chain", "Doc", "Indent", "List", "Suffix", "blank_inside", "render"]

WIDE: Final = 1 << 30

_COLLECTIONS = ("{", "[")

FREE, FLAT, BROKEN = range(3)
"""How a document is to be laid out: as it fits, on one line, with its last bracket broken."""


class Form:
    """Base of what is not a plain string.

    `bracket` is the list that the document ends with, if it does: `a = f(…)`. `head` is the width up to the inside of
    that bracket.
    """

    __slots__ = ("bracket", "head", "width")

    width: int
    head: int
    bracket: List | None

    def lay(self, page: Page, margin: str, mode: int) -> None:
        """Put it, or its parts, on the page."""
        raise NotImplementedError


Doc: TypeAlias = str | Form


def measure(doc: Doc) -> int:
    """The width on one line. Of a text of several lines only the first one counts."""
    if isinstance(doc, str):
        end = doc.find("\n")
        return len(doc) if end < 0 else end
    return doc.width


class Cat(Form):
    """Documents one after the other."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Doc]) -> None:
        self.parts = parts
        self.width = 0
        for part in parts:
            self.width += measure(part)
        last = parts[-1] if parts else ""
        self.bracket = None if isinstance(last, str) else last.bracket
        if not isinstance(last, str) and last.bracket is not None:
            self.head = self.width - last.width + last.head

    def lay(self, page: Page, margin: str, mode: int) -> None:
        if mode == BROKEN and self.bracket is not None:
            page.push(margin, BROKEN, self.parts[-1])
            page.push(margin, FLAT, *self.parts[:-1])
        else:
            page.push(margin, mode, *self.parts)


class Indent(Form):
    """A document whose further lines are moved in."""

    __slots__ = ("doc",)

    def __init__(self, doc: Form) -> None:
        self.doc = doc
        self.width, self.bracket = doc.width, doc.bracket
        if doc.bracket is not None:
            self.head = doc.head

    def lay(self, page: Page, margin: str, mode: int) -> None:
        page.push(margin + page.indent, mode, self.doc)


class Line(Form):
    """A line end."""

    __slots__ = ()

    def __init__(self) -> None:
        self.width, self.bracket = WIDE, None

    def lay(self, page: Page, margin: str, mode: int) -> None:
        page.newline(margin)


LINE: Final = Line()


class Suffix(Form):
    """Text for the end of the line, whatever else comes on it; whatever surrounds it is broken."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text
        self.width, self.bracket = WIDE, None

    def lay(self, page: Page, margin: str, mode: int) -> None:
        page.suffixes.append(self.text)


class Above(Form):
    """A document with comments in the lines above it."""

    __slots__ = ("doc", "lines")

    def __init__(self, lines: Sequence[str], doc: Doc) -> None:
        self.lines, self.doc = lines, doc
        self.width, self.bracket = WIDE, None

    def lay(self, page: Page, margin: str, mode: int) -> None:
        page.push(margin, mode, self.doc)
        for line in reversed(self.lines):
            page.push(margin, FLAT, line, LINE)


class List(Form):
    """Items between brackets, with a comma between.

    A broken list begins a line for every item and one for the closing bracket. Where one item alone has to break, it
    does so in place and the others stay on its first and last line: the only item there is; or else a `{…}` or `[…]`
    that is the last item of a call, the first one elsewhere, or the only one that cannot stand on a line.

    A list that stays on its line has a blank inside its brackets where the first item begins with the bracket: `{ {{ x }} }`
    is a group of a placeholder, `{{{ x }}}` would be one placeholder.

    `close` may be empty: then it ends with its last item, and a single item stays on the line, as do items before a
    text that is too long for any line. `after_open` and `before_close` are comments; with them, and with comments above
    an item, the list is broken into lines in any case.
    """

    __slots__ = ("after_open", "apart", "before_close", "blank", "close", "items", "open")

    def __init__(
        self,
        open: str,
        items: Sequence[Doc],
        close: str,
        *,
        after_open: Sequence[Doc] = (),
        before_close: Sequence[Doc] = (),
    ) -> None:
        self.open, self.items, self.close = open, items, close
        self.after_open, self.before_close = after_open, before_close
        self.apart = bool(after_open or before_close or any(isinstance(item, Above) for item in items))
        self.blank = blank_inside(open, items)
        self.head = len(open) + len(self.blank)
        self.bracket = self if close else None
        brackets = len(open) + len(close) + 2 * len(self.blank)
        self.width = WIDE if self.apart else brackets + 2 * max(0, len(items) - 1)
        for item in items:
            self.width += measure(item)

    def lay(self, page: Page, margin: str, mode: int) -> None:
        if mode == FLAT or (mode == FREE and page.fits(self.width)):
            self._together(page, margin, FLAT, -1)
        elif self.apart:
            self._apart(page, margin)
        elif (index := self._breaking(page, margin)) >= 0:
            self._together(page, margin, FLAT, index)
        elif not self.close and (len(self.items) == 1 or self._overlong(page, margin)):
            self._together(page, margin, FREE, -1)
        elif self.items:
            self._apart(page, margin)
        else:
            page.push(margin, FLAT, self.open, self.close)

    def _overlong(self, page: Page, margin: str) -> bool:
        """Whether the last item is a text too long for any line, for which the others need not move."""
        last = self.items[-1] if self.items else ""
        return isinstance(last, str) and len(margin) + len(page.indent) + measure(last) > page.width

    def _breaking(self, page: Page, margin: str) -> int:
        """The item that breaks in place, or -1."""
        index = self._candidate()
        if index < 0:
            return -1
        item = self.items[index]
        assert isinstance(item, Form)
        assert item.bracket is not None
        before = sum(measure(other) + 2 for other in self.items[:index])
        after = sum(measure(other) + 2 for other in self.items[index + 1 :])
        first_line = page.column + self.head + before + item.head
        last_line = len(margin) + len(item.bracket.close) + after + len(self.close) + page.rest()
        return index if max(first_line, last_line) <= page.width else -1

    def _candidate(self) -> int:
        forced = [index for index, item in enumerate(self.items) if measure(item) >= WIDE]
        if not self.items or len(forced) > 1:
            return -1
        index = forced[0] if forced else -1 if self.open == "(" else 0
        bracket = _bracket(self.items[index])
        if bracket is None or not bracket.items:
            return -1
        lone = len(self.items) == 1 and self.open not in _COLLECTIONS
        return index % len(self.items) if lone or bracket.open in _COLLECTIONS else -1

    def _together(self, page: Page, margin: str, mode: int, breaking: int) -> None:
        page.push(margin, FLAT, self.blank + self.close)
        for index in range(len(self.items) - 1, -1, -1):
            if index < len(self.items) - 1:
                page.push(margin, FLAT, ", ")
            page.push(margin, BROKEN if index == breaking else mode, self.items[index])
        page.push(margin, FLAT, *self.after_open, self.open + self.blank)

    def _apart(self, page: Page, margin: str) -> None:
        inner = margin + page.indent
        if self.close:
            page.push(margin, FLAT, LINE, self.close)
        for comment in reversed(self.before_close):
            page.push(inner, FLAT, LINE, comment)
        for index in range(len(self.items) - 1, -1, -1):
            if index < len(self.items) - 1:
                page.push(inner, FLAT, ",")
            page.push(inner, FREE, LINE, self.items[index])
        page.push(margin, FLAT, self.open.rstrip(), *self.after_open)


def blank_inside(open: str, items: Sequence[Doc]) -> str:
    """The blank that keeps a brace apart from one with which the first item begins."""
    return " " if open == "{" and items and _first(items[0]) == "{" else ""


def _first(doc: Doc) -> str:
    """The first character of a document; nothing where a line end or a comment comes first."""
    while not isinstance(doc, str):
        match doc:
            case Cat() | Chain():
                doc = next((part for part in doc.parts if part != ""), "")
            case List():
                doc = doc.open
            case Indent():
                doc = doc.doc
            case _:
                return ""
    return doc[:1]


def _bracket(doc: Doc) -> List | None:
    return None if isinstance(doc, str) else doc.bracket


class Chain(Form):
    """Operands of one `level`, each but the first with its operator in front. It may still grow at its end."""

    __slots__ = ("level", "parts")

    def __init__(self, level: int, first: Doc) -> None:
        self.level = level
        self.parts = [first]
        self.width, self.bracket = measure(first), None

    def add(self, part: Doc) -> None:
        """One more operator with its operand."""
        self.parts.append(part)
        self.width += measure(part) + 1

    def amend(self, comments: Sequence[Doc]) -> None:
        """Append comments to the last operand."""
        if comments:
            self.parts[-1] = Cat([self.parts[-1], *comments])
            self.width += sum(map(measure, comments))

    def lay(self, page: Page, margin: str, mode: int) -> None:
        if mode == FLAT or page.fits(self.width):
            separator: Doc = " "
            mode = FLAT
        else:
            separator, mode = LINE, FREE
            if page.column > len(margin):
                margin += page.indent
        for part in reversed(self.parts[1:]):
            page.push(margin, mode, separator, part)
        page.push(margin, mode, self.parts[0])


class Page:
    """What has been written, and the documents still to lay out, the next one last."""

    def __init__(self, width: int, indent: str) -> None:
        self.width, self.indent = width, indent
        self.column = 0
        self.suffixes: list[str] = []
        self._margin = ""
        self._written: list[str] = []
        self._stack: list[tuple[str, int, Doc]] = []

    def push(self, margin: str, mode: int, *docs: Doc) -> None:
        """Lay these out next, the first one first."""
        for doc in reversed(docs):
            self._stack.append((margin, mode, doc))

    def run(self, doc: Doc) -> str:
        stack = self._stack
        self.push("", FREE, doc)
        while stack:
            margin, mode, doc = stack.pop()
            if isinstance(doc, str):
                self.write(doc)
            else:
                doc.lay(self, margin, mode)
        self._end_line()
        return "".join(self._written)

    def write(self, text: str) -> None:
        if not text:
            return
        if self._margin:
            self._written.append(self._margin)
            self._margin = ""
        self._written.append(text)
        end = text.rfind("\n")
        self.column = self.column + len(text) if end < 0 else len(text) - end - 1

    def newline(self, margin: str) -> None:
        self._end_line()
        self._written.append("\n")
        self._margin = margin
        self.column = len(margin)

    def _end_line(self) -> None:
        if self.suffixes:
            self.write(" " + " ".join(self.suffixes))
            self.suffixes.clear()

    def fits(self, width: int) -> bool:
        """Whether so much fits on the line, together with what has to follow it there."""
        return self.column + width <= self.width and self.column + width + self.rest() <= self.width

    def rest(self) -> int:
        """The width of what comes next up to where a line can end."""
        total = 0
        for _, mode, doc in reversed(self._stack):
            if isinstance(doc, Suffix):
                continue
            if isinstance(doc, str) or mode == FLAT:
                width = measure(doc)
                if width >= WIDE:
                    break
                total += width
            elif doc.bracket is not None:
                total += doc.head
                break
            elif doc.width >= WIDE or isinstance(doc, Chain):
                break
            else:
                total += doc.width
            if total > self.width:
                break
        return total


def render(doc: Doc, *, width: int = 100, indent: str = "  ") -> str:
    """The text of a document, in lines of `width` where that can be."""
    return Page(width, indent).run(doc)
