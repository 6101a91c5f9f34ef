"""Queries in strings of programming languages: only texts that clearly are queries, and nothing else of a file.

What a language puts into a string when it runs (interpolations, operands of a concatenation, verbs of a format) is a
placeholder of the query, `${…}`, and stays in the file as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dqlkit.frozen import frozen, replace
from dqlkit.hosts.clear import clear_language, may_hold
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded, Segment, SpanMap, decoded, dedented
from dqlkit.hosts.notation import Looked
from dqlkit.hosts.notations.query_text import several
from dqlkit.hosts.source import Source
from dqlkit.regex import regex

if TYPE_CHECKING:
    from tree_sitter import Language, Node

__all__ = ["ESCAPE", "VERB", "Code", "Style", "escaped", "find", "meant", "quoted", "verbatim"]

#: An escape as most languages write it.
ESCAPE = regex(r"\\(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|\r?\n|.)", re.S)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "0": "\0", "s": " "}


def meant(escape: str) -> str:
    """The text that an escape stands for."""
    code = escape[1:]
    if code[0] in "xuU" and len(code) > 1:
        point = int(code[1:].strip("{}"), 16)
        return chr(point) if point < 0x110000 else escape
    if code[0] in "01234567":
        return chr(int(code, 8))
    return "" if code[0] in "\r\n" else _SHORT.get(code, code)


#: Verbs of formats, `%s`, `%-5d`, also before the unit of a duration.
VERB = regex(r"(?<![\w)\]%])%(?:\[\d\])?[-+#0]*\d*(?:\.\d+)?[sdqvfxtg](?![A-Za-z0-9_]|%)|%[dsv](?=[smhdwMqy]\b)")


@frozen
class Style:
    """How one string is written: the lengths of its quotes, what is written otherwise than it is meant, how text is written
    into it, whether its lines are lines of the file, and whether those are as deep as the code around them."""

    opens: int
    closes: int
    odd: re.Pattern[str] | None = ESCAPE
    meant: Callable[[str], str] = meant
    write: Callable[[str], str | None] = lambda text: text
    lines: bool = False
    block: bool = False
    verbs: re.Pattern[str] = VERB


def escaped(text: str, quote: str, lines: bool) -> str:
    """Text as most languages write it between quotes. Of a run that holds the quote, each character is escaped."""
    one = re.escape(quote[0])
    runs = re.compile(f"{one}{{{len(quote)},}}")
    text = runs.sub(lambda run: re.sub(one, r"\\\g<0>", run[0]), text.replace("\\", "\\\\"))
    return text if lines else text.replace("\n", "\\n").replace("\t", "\\t")


def quoted(quote: str) -> Style:
    """A string in one line between quotes."""
    return Style(len(quote), len(quote), write=lambda text: escaped(text, quote, False))


def verbatim(opens: int, quote: str) -> Style:
    """A string without escapes, which holds everything but its own quote."""
    return Style(opens, len(quote), None, write=lambda text: None if quote in text else text, lines=True)


@frozen
class Code:
    """A programming language: its grammar, the nodes that are strings and how each is written (None: not looked at), the
    nodes that join strings, those that put a value into one."""

    grammar: Callable[[], Language]
    strings: frozenset[str]
    style: Callable[[str, Node], Style | None]
    joins: frozenset[str]
    holes: frozenset[str] = frozenset()


def find(text: str, code: Code) -> Looked:
    """The queries of a file of code."""
    if not may_hold(text):
        return Looked(skipped="nothing in it holds queries")
    source = Source(text, code.grammar())
    found = [one for parts in _texts(source.root, source, code) for one in _queries(parts, source, code)]
    return Looked(tuple(found))


def _texts(root: Node, source: Source, code: Code) -> Iterator[list[Node]]:
    """The strings, each with what is joined to it."""
    stack = [root]
    while stack:
        node = stack.pop()
        parts = _joined(node, source, code)
        if any(part.type in code.strings for part in parts):
            yield parts
            inner = [child for part in parts for child in part.children if part.type not in code.strings]
            stack += reversed(inner)
        else:
            stack += reversed(node.children)


def _joined(node: Node, source: Source, code: Code) -> list[Node]:
    """The operands of a concatenation, or the node itself."""
    operator = node.child_by_field_name("operator")
    if node.type in code.joins and (operator is None or operator.type == "+"):
        operands = (child for child in node.named_children if "comment" not in child.type)
        return [part for child in operands for part in _joined(child, source, code)]
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return _joined(node.named_children[0], source, code)
    return [node]


# ---- one string -----------------------------------------------------------------------------------------------------


class _Text:
    """A text under construction: its value, the places of its characters, its placeholders."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.segments: list[Segment] = []
        self.length = 0
        self.holes: dict[str, str] = {}
        self.gaps: list[str] = []

    def add(self, value: str, span_map: SpanMap) -> None:
        """Append a piece of text."""
        self.segments += [replace(segment, query=segment.query + self.length) for segment in span_map.segments]
        self.parts.append(value)
        self.length += len(value)

    def hole(self, written: str, name: str, start: int) -> None:
        """A placeholder for what the file writes from there on."""
        stands = "${" + (name if re.fullmatch(r"[A-Za-z_][\w.]{0,40}", name) else f"x{len(self.holes) + 1}") + "}"
        if self.holes.setdefault(stands, written) != written:
            stands = "${x" + f"{len(self.holes) + 1}" + "}"
            self.holes[stands] = written
        self.add(stands, SpanMap((Segment(0, start, len(stands), len(written)),)))

    def encoder(self, styles: Sequence[Style]) -> Callable[[str, str], str | None]:
        """The encoder for replacement text. The placeholders must stay the same ones."""
        holes, gaps = self.holes, self.gaps
        any_hole = re.compile("|".join(map(re.escape, holes)) if holes else r"(?!)")

        def encode(text: str, old: str) -> str | None:
            lines = "\\n" in old or all(style.lines for style in styles)
            if any(gap in old for gap in gaps) or ("\n" in text and not lines):
                return None
            if any(text.count(stands) != old.count(written) for stands, written in holes.items() if written):
                return None
            kept = [holes[match.group()] for match in any_hole.finditer(text)] + [""]
            written = {_written(any_hole.split(text), kept, style) for style in styles}
            return written.pop() if len(written) == 1 else None  # strings that are written differently

        return encode


def _written(pieces: Sequence[str], holes: Sequence[str], style: Style) -> str | None:
    plain = [style.write(piece) for piece in pieces]
    return None if None in plain else "".join(f"{piece}{hole}" for piece, hole in zip(plain, holes, strict=True))


class _Piece(NamedTuple):
    """A string, or another operand that is joined to it, with the place of its content."""

    node: Node
    style: Style | None
    start: int
    end: int


def _queries(parts: Sequence[Node], source: Source, code: Code) -> Iterator[Embedded]:
    pieces = [_piece(part, source, code) for part in parts]
    first = next(k for k, piece in enumerate(pieces) if piece.style is not None or piece.node.type in code.strings)
    if pieces[first].style is None:
        return
    text = _read(pieces[first:], source, code)
    value = "".join(text.parts)
    language = clear_language(value)
    if not language:
        return
    end = text.segments[-1].file + text.segments[-1].width
    if _goes_on(parts[-1], source):
        text.add(" ", SpanMap((Segment(0, end, 1, 0),)))
        text.hole("", "", end)
        value = "".join(text.parts)
    encode = text.encoder([piece.style for piece in pieces if piece.style is not None])
    document = Document("code")
    span_map = SpanMap(tuple(text.segments))
    yield from several(Embedded(value, span_map, language, "query", "file", "", document, encode))


def _piece(node: Node, source: Source, code: Code) -> _Piece:
    start, end = source.at(node.start_byte), source.at(node.end_byte)
    style = code.style(source.of(node), node) if node.type in code.strings else None
    return _Piece(node, style, start + style.opens, end - style.closes) if style else _Piece(node, None, start, end)


def _read(pieces: Sequence[_Piece], source: Source, code: Code) -> _Text:
    """Joined strings as one text; any other operand is a placeholder that includes the quotes around it."""
    text = _Text()
    waits = -1  # where a placeholder begins that the next string ends
    for k, piece in enumerate(pieces):
        if piece.style is None:
            waits = pieces[k - 1].end if waits < 0 else waits
            continue
        if waits >= 0:
            name = source.text[pieces[k - 1].start : pieces[k - 1].end]
            text.hole(source.text[waits : piece.start], name, waits)
            waits = -1
        elif k:
            text.gaps.append(source.text[pieces[k - 1].end : piece.start])
        _content(text, piece, source, code)
    if waits >= 0:
        text.hole(source.text[waits : pieces[-1].end], source.text[pieces[-1].start : pieces[-1].end], waits)
    return text


def _content(text: _Text, piece: _Piece, source: Source, code: Code) -> None:
    """What stands between the quotes."""
    style, at = piece.style, piece.start
    assert style is not None
    if style.block:
        _block(text, piece, source)
        return
    for hole in (child for child in piece.node.children if child.type in code.holes):
        start, end = source.at(hole.start_byte), source.at(hole.end_byte)
        _plain(text, source.text[at:start], at, style)
        written = source.text[start:end]
        text.hole(written, written.strip("${}() \t"), start)
        at = end
    _plain(text, source.text[at : piece.end], at, style)


def _plain(text: _Text, raw: str, start: int, style: Style) -> None:
    at = 0
    for verb in [*style.verbs.finditer(raw), None]:
        end = verb.start() if verb else len(raw)
        text.add(*_decoded(raw[at:end], start + at, style))
        if verb:
            text.hole(verb.group(), "", start + end)
            at = verb.end()


def _decoded(raw: str, start: int, style: Style) -> tuple[str, SpanMap]:
    return decoded(raw, start, style.odd or re.compile(r"\r\n"), style.meant if style.odd else lambda _: "\n")


def _block(text: _Text, piece: _Piece, source: Source) -> None:
    """Lines without the indentation that they share with the closing quotes."""
    style, raw = piece.style, source.text[piece.start : piece.end]
    assert style is not None
    opening, _, lines = raw.partition("\n")
    blanks = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines.split("\n")]
    deep = [blank for blank, line in zip(blanks, lines.split("\n"), strict=True) if line.strip()] + blanks[-1:]
    indent = min(map(len, deep), default=0)
    value, outer = dedented(lines, piece.start + len(opening) + 1, indent)
    value, inner = _decoded(value, 0, style)
    text.add(value, inner.within(outer))


def _goes_on(node: Node, source: Source) -> bool:
    """Whether code appends to the string later, so that the text is only the beginning of a query."""
    around = node.parent
    while around is not None and around.type in ("parenthesized_expression", "binary_expression", "expression_list"):
        around = around.parent
    if around is None:
        return False
    if around.type in ("argument_list", "arguments", "argument"):
        call = source.of(around.parent)[: around.start_byte - around.parent.start_byte] if around.parent else ""
        return re.search(r"\b(?:append|Append|WriteString|concat)\w*\s*\Z", call) is not None
    target = around.child_by_field_name("left") or around.child_by_field_name("name")
    name = source.of(target) if target is not None else ""
    if not re.fullmatch(r"[\w.]+", name):
        return False
    shown = re.escape(name)
    return re.search(rf"(?<!\w){shown}\s*(?:\+=|=\s*{shown}\s*\+)", source.text) is not None
