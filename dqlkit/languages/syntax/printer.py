"""Syntax trees to documents: what the languages share, comments included.

A language's printer adds its own nodes and says how tight its operators bind. A tree may come from a text or be made
by code: leaves are copied from the text where there is one and spelled out where there is none, parentheses are put
where the operators need them. Comments stay in the gap between tokens in which they were written, on a line of their
own, at the end of a line, or within one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from dqlkit.languages.syntax.comments import Comments, behind, lines, within
from dqlkit.languages.syntax.fold import Fold
from dqlkit.languages.syntax.layout import LINE, Above, Cat, Chain, Doc, List
from dqlkit.languages.syntax.tree import (
    Argument,
    Bad,
    Binary,
    Boolean,
    Call,
    Comment,
    Duration,
    Each,
    Expression,
    Group,
    Hole,
    Index,
    Name,
    Node,
    Null,
    Number,
    Parentheses,
    String,
    Unary,
    Variable,
)
from dqlkit.regex import regex

__all__ = ["ATOM", "Printer"]

ATOM = 100
"""The precedence of whatever is no operation."""

_PLAIN_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")


class Printer(Fold[Doc]):
    """Makes the document of a tree. A printer is used for one tree only."""

    operators: ClassVar[Mapping[str, int]]
    """The precedence of the binary operators; a higher one binds tighter."""
    prefixes: ClassVar[Mapping[str, int]]
    """The precedence of the unary operators."""
    unknown_operator: ClassVar[int]
    """The precedence of a placeholder in operator position."""
    chained: ClassVar[frozenset[str]]
    """The operators at which a line may be broken."""
    associative: ClassVar[frozenset[str]]
    """The operators that need no parentheses among themselves: `a or (b or c)` is `a or b or c`."""
    reserved: ClassVar[frozenset[str]]
    """Words, in lower case, that need quotes to be names."""
    quote: ClassVar[str]
    """The quote around names that need one."""
    colon: ClassVar[str] = ": "
    """What stands between the name of an argument and its value."""

    def __init__(self, text: str = "", comments: Sequence[Comment] = ()) -> None:
        super().__init__()
        self.text = text
        self.comments = Comments(text, comments)

    # ---- leaves -------------------------------------------------------------------------------------------------

    def source(self, node: Node) -> str:
        """The source text of a node, empty for a node that is not from the text."""
        return self.text[node.start : node.end] if self.text and node.start >= 0 else ""

    def name(self, node: Name) -> Doc:
        return self.source(node) or (node.name if node.hole else self.spelled_name(node.name))

    def spelled_name(self, name: str) -> str:
        """A name with quotes where it needs them."""
        if _PLAIN_NAME.fullmatch(name) and name.lower() not in self.reserved:
            return name
        escaped = name.replace("\\", "\\\\").replace(self.quote, "\\" + self.quote).replace("\n", "\\n")
        return f"{self.quote}{escaped}{self.quote}"

    def string(self, node: String) -> Doc:
        if written := self.source(node):
            return written
        if node.quote == '"""' and node.quote not in node.value:
            return f'"""{node.value}"""'
        return '"' + node.value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def number(self, node: Number) -> Doc:
        return self.source(node) or node.text or repr(node.value).replace("e+", "e")

    def duration(self, node: Duration) -> Doc:
        return self.source(node) or f"{node.amount}{node.unit}"

    def boolean(self, node: Boolean) -> Doc:
        return "true" if node.value else "false"

    def null(self, _node: Null) -> Doc:
        return "null"

    def variable(self, node: Variable) -> Doc:
        return f"${node.name}:{node.mode}" if node.mode else f"${node.name}"

    def hole(self, node: Hole) -> Doc:
        return node.text

    def bad(self, node: Bad) -> Doc:
        return node.text

    # ---- operators ----------------------------------------------------------------------------------------------

    def level(self, node: Expression) -> int:
        """The precedence of an expression."""
        if isinstance(node, Binary):
            return self.operators.get(node.operator, self.unknown_operator)
        return self.prefixes[node.operator] if isinstance(node, Unary) else ATOM

    def operand(self, node: Expression, level: int) -> Doc:
        """An expression, in parentheses unless its precedence is at least `level`."""
        return self.of(node) if self.level(node) >= level else self.parenthesised(node)

    def parenthesised(self, node: Expression) -> Doc:
        """An expression in parentheses that the tree has no node for."""
        return self.bracketed("(", [self.of(node)], ")")

    def word(self, operator: str) -> str:
        """How an operator is written."""
        return operator

    def unary(self, node: Unary) -> Doc:
        word = self.word(node.operator)
        operand = self.operand(node.operand, self.prefixes[node.operator])
        return Cat([word + " " if word[-1].isalpha() else word, operand])

    def binary(self, node: Binary) -> Doc:
        left, right = self.left(node), self.right(node)
        word, level = self._operator(node), self.level(node)
        if node.operator not in self.chained:
            return Cat([left, f" {word} ", right])
        chain = left if isinstance(left, Chain) and left.level == level else Chain(level, left)
        before = self.comments.gap(node.left.end, node.operator_start)
        after = self.comments.gap(node.operator_start, node.right.start)
        chain.amend([*self.inside(node.left), *behind([*before.late, *before.early, *after.late])])
        own = [part for line in lines([*before.lines, *after.lines]) for part in (line, LINE)]
        first, *rest = right.parts if isinstance(right, Chain) and right.level == level else [right]
        chain.add(Cat([*own, word + " ", *within(after.early), first]))
        for part in rest:
            chain.add(part)
        return chain

    def _operator(self, node: Binary) -> str:
        if node.operator in self.operators:
            return self.word(node.operator)
        return self.text[node.operator_start : node.operator_start + len(node.operator)] or node.operator

    def left(self, node: Binary) -> Doc:
        """The left operand of an operator; operators of one level are grouped from the left."""
        return self.operand(node.left, self.level(node))

    def right(self, node: Binary) -> Doc:
        """The right operand of an operator."""
        right = node.right
        alike = isinstance(right, Binary) and right.operator == node.operator and node.operator in self.associative
        return self.operand(right, self.level(node) + (0 if alike else 1))

    def inside(self, node: Node) -> list[Doc]:
        """Comments inside a node which has no place for them; they go behind it."""
        return behind(self.comments.gap(node.start, node.end).all)

    def parentheses(self, node: Parentheses) -> Doc:
        return self.enclosed("(", [(node.inner, self.of(node.inner))], ")", node.start, node.end)

    def index(self, node: Index) -> Doc:
        return Cat([self.operand(node.base, ATOM), "[", self.of(node.index), "]"])

    def each(self, node: Each) -> Doc:
        return Cat([self.operand(node.base, ATOM), "[]"])

    # ---- brackets -----------------------------------------------------------------------------------------------

    def call(self, node: Call) -> Doc:
        items = [(argument, self.argument_of(argument)) for argument in node.arguments]
        return Cat([self.of(node.function), self.enclosed("(", items, ")", node.function.end, node.end)])

    def group(self, node: Group) -> Doc:
        items = [(member, self.argument_of(member)) for member in node.members]
        return self.enclosed("{", items, "}", node.start, node.end)

    def argument_of(self, node: Argument, name: str = "") -> Doc:
        """`name: alias = value direction`; `name` replaces how the argument's own is written."""
        value, direction = self.of(node.value), f" {node.direction}" if node.direction else ""
        if node.name is None and node.alias is None:
            return Cat([value, direction]) if direction else value
        gap = self.comments.gap(node.start, node.value.start)
        parts: list[Doc] = []
        if node.name is not None:
            parts += [name or self.of(node.name), self.colon]
        if node.alias is not None:
            parts += [self.of(node.alias), " = "]
        doc = Cat([*parts, *within(gap.blocks), value, *([direction] if direction else [])])
        return Above(lines(gap.rest), doc) if gap.rest else doc

    def enclosed(self, open: str, items: Sequence[tuple[Node, Doc]], close: str, start: int, end: int) -> Doc:
        """Items between brackets, with the comments from `start` to `end`."""
        docs: list[Doc] = []
        after_open: list[Doc] = []
        astray: list[Doc] = []
        for node, doc in items:
            gap = self.comments.gap(start, node.start)
            if docs and self.unparted(start, node.start):
                docs[-1] = Cat([docs[-1], " ", doc])
                start = node.end
                continue
            _append(docs, [*astray, *behind(gap.late)], after_open)
            docs.append(_preceded(doc, lines(gap.lines), within(gap.early)))
            astray, start = self.inside(node), node.end
        gap = self.comments.gap(start, end)
        if close:
            _append(docs, [*astray, *behind(gap.late)], after_open)
        before_close = lines([*gap.lines, *gap.early])
        bracketed = self.bracketed(open, docs, close, after_open=after_open, before_close=before_close)
        return Cat([bracketed, *astray]) if astray and not close else bracketed

    def unparted(self, start: int, end: int) -> bool:
        """Whether only blanks separate two items, as with placeholders that may contain the comma."""
        return bool(self.text) and 0 <= start <= end and not self.text[start:end].strip()

    def bracketed(
        self,
        open: str,
        items: Sequence[Doc],
        close: str,
        *,
        after_open: Sequence[Doc] = (),
        before_close: Sequence[Doc] = (),
    ) -> Doc:
        """Items between brackets, with the comments behind the opening bracket and above the closing one."""
        return List(open, items, close, after_open=after_open, before_close=before_close)


def _preceded(doc: Doc, own: Sequence[str], early: Sequence[Doc]) -> Doc:
    """An item with comments above it and on its line."""
    if isinstance(doc, Above):
        own = [*own, *doc.lines]
        doc = doc.doc
    if early:
        doc = Cat([*early, doc])
    return Above(own, doc) if own else doc


def _append(docs: list[Doc], comments: Sequence[Doc], after_open: list[Doc]) -> None:
    """Put comments behind the last item, or behind the opening bracket."""
    if not docs:
        after_open += comments
    elif comments:
        last = docs[-1]
        if isinstance(last, Above):
            docs[-1] = Above(last.lines, Cat([last.doc, *comments]))
        else:
            docs[-1] = Cat([last, *comments])
