"""DQL trees to text: the formatter, and the printer that everything else prints with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import MappingProxyType

from dqlkit import functions
from dqlkit.diagnostics import Span
from dqlkit.functions.signature import Signature
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.syntax.collector import undisturbed
from dqlkit.languages.syntax.comments import Gap, behind, lines, within
from dqlkit.languages.syntax.layout import LINE, Above, Cat, Doc, Indent, render
from dqlkit.languages.syntax.printer import ATOM, Printer
from dqlkit.languages.syntax.tree import (
    Argument,
    Binary,
    Call,
    Comment,
    Duration,
    Expression,
    Group,
    Node,
    Parsed,
    Unary,
)
from dqlkit.regex import regex

__all__ = ["DqlPrinter", "format", "signatures"]


def format(parsed: Parsed, *, line_width: int = 100) -> str:
    """The text of a tree laid out: one stage a line, long ones broken, comments kept, the meaning unchanged.

    A stage with a syntax error stays as it was written; so does the whole text where an error is between stages, and where
    tags of a template stand between its words (`{% if x %}`), which may enclose any piece of it. What
    was formatted once stays as it is when formatted again. There is no line end at the end.

    The vendor's editor breaks every pair of braces, keeps line breaks within lists, puts blanks inside of braces and
    wraps at 90 columns. Here what fits in a line stands in one, braces hug, and lists are filled anew, so that one tree has
    one layout; only the width is an option. JSON and patterns within strings stay as they are. [decided]
    """
    wrong = [diagnostic.span for diagnostic in parsed.diagnostics if diagnostic.severity == "error"]
    if parsed.has_tags or (wrong and not _within_stages(parsed, wrong)):
        return parsed.text
    with undisturbed(parsed.text):
        printer = DqlPrinter(parsed.text, parsed.comments, wrong)
        printer.fold(parsed.tree)
        return render(printer.whole(parsed.tree), width=line_width)


@lru_cache(maxsize=1024)
def signatures(function: str) -> tuple[str, tuple[Signature, ...]]:
    """A function's name as it is spelled, and its signatures in all the families that have it."""
    given = (functions.find(function, family) for family in functions.FAMILIES)
    found = [declared for declared in given if declared is not None]
    return found[0].name if found else function, tuple(one.signature for one in found)


class DqlPrinter(Printer):
    """DQL as people write it. Names of commands, functions and parameters get the letter case of their declarations."""

    operators = MappingProxyType(
        {"or": 1, "xor": 2, "and": 3, "in": 5, "~": 7, "+": 8, "-": 8, "@": 9, "*": 10, "/": 10, "%": 10}
        | dict.fromkeys(("==", "!=", "<>", "<", "<=", ">", ">="), 6)
    )
    prefixes = MappingProxyType({"not": 4, "-": 11, "+": 11, "@": ATOM})
    unknown_operator = operators["=="]
    chained = frozenset({"or", "xor", "and", "+", "-", "*", "/", "%"})
    associative = frozenset({"or", "xor", "and"})
    reserved = frozenset({"true", "false", "null", "mod", "and", "or", "xor", "not"})
    quote = "`"

    def __init__(self, text: str = "", comments: Sequence[Comment] = (), wrong: Sequence[Span] = ()) -> None:
        super().__init__(text, comments)
        self._wrong = wrong

    # ---- operators ----------------------------------------------------------------------------------------------

    def level(self, node: Expression) -> int:
        if isinstance(node, Binary) and _aligns_sum(node):
            return self.operators["+"]
        return super().level(node)

    def left(self, node: Binary) -> Doc:
        return self.of(node.left) if _aligns_sum(node) else super().left(node)

    def right(self, node: Binary) -> Doc:
        if node.operator == "in":
            return self.of(node.right)
        if node.operator in ("+", "-") and _begins_with_duration(node.right):
            return self.parenthesised(node.right)
        return super().right(node)

    def binary(self, node: Binary) -> Doc:
        if node.operator == "@":
            return Cat([self.left(node), "@", self._unit(node.right)])
        return super().binary(node)

    def unary(self, node: Unary) -> Doc:
        if node.operator == "@":
            return Cat(["@", self._unit(node.operand)])
        return super().unary(node)

    def _unit(self, node: Expression) -> Doc:
        if isinstance(node, Duration) and node.amount == 1 and not self.source(node):
            return node.unit
        return self.of(node)

    def group(self, node: Group) -> Doc:
        """A name in two braces stays as it is written: it is a group in a group, and in a template a placeholder."""
        written = self.source(node)
        return written if _DOUBLED.fullmatch(written) else super().group(node)

    # ---- calls and commands -------------------------------------------------------------------------------------

    def call(self, node: Call) -> Doc:
        name, known = signatures(node.function.name)
        items = self._arguments(node.arguments, known)
        return Cat([name, self.enclosed("(", items, ")", node.function.end, node.end)])

    def command(self, node: Command) -> Doc:
        if any(_concerns(span, node) for span in self._wrong):
            self.comments.gap(node.start, _end(node))
            return self.text[node.start : _end(node)]
        if not node.name.name and node.bad is not None:
            return node.bad.text
        declared = commands.find(node.name.name)
        name = declared.name if declared else self.of(node.name)
        if not node.arguments:
            return name
        items = self._arguments(node.arguments, [declared.signature] if declared else [])
        return Cat([name, self.enclosed(" ", items, "", node.name.end, node.end)])

    def _arguments(self, arguments: Iterable[Argument], known: Sequence[Signature]) -> list[tuple[Node, Doc]]:
        return [(argument, self.argument_of(argument, _parameter(argument, known))) for argument in arguments]

    # ---- pipelines ----------------------------------------------------------------------------------------------

    def whole(self, tree: Node) -> Doc:
        """The document of a whole text, after the tree was folded."""
        first = tree.commands[0] if isinstance(tree, Pipeline) else tree
        gap = self.comments.gap(0, first.start)
        head = Gap([], [*gap.late, *gap.lines], gap.early)
        if isinstance(tree, Pipeline):
            return self.stages(tree, head, len(self.text))
        rest = self.comments.gap(tree.start, len(self.text))
        below = [part for line in lines(rest.lines) for part in (LINE, line)]
        doc = Cat([*within(head.early), self.of(tree), *behind([*rest.late, *rest.early]), *below])
        return Above(lines(head.lines), doc) if head.lines else doc

    def subquery(self, node: Subquery) -> Doc:
        gap = self.comments.gap(node.start, node.pipeline.commands[0].start)
        stages = self.stages(node.pipeline, Gap([], gap.lines, gap.early), node.end)
        return self.bracketed("[", [stages], "]", after_open=behind(gap.late))

    def stages(self, pipeline: Pipeline, gap: Gap, end: int) -> Doc:
        """The stages, each on its line, with their comments up to `end`; `gap` comes before the first one."""
        parts: list[Doc] = []
        at = pipeline.start
        for index, command in enumerate(pipeline.commands):
            if index:
                gap = self.comments.gap(at, command.start)
            at = self._above(parts, gap, at)
            parts += self._line(parts, at, command.start)
            stage = Cat([*within(gap.early), self.of(command)])
            parts.append(self.piped(stage) if index or pipeline.leading_pipe else stage)
            at = _end(command)
        self._above(parts, self.comments.gap(at, end), at)
        return Cat(parts)

    def piped(self, stage: Doc) -> Doc:
        """A stage behind its pipe; its further lines align with its name."""
        return Indent(Cat(["| ", stage]))

    def _above(self, parts: list[Doc], gap: Gap, at: int) -> int:
        """Add the comments between two stages; gives where the last one ends."""
        parts += behind(gap.late)
        for comment in gap.late:
            at = comment.end
        for comment in gap.lines:
            parts += [*self._line(parts, at, comment.start), comment.text.rstrip()]
            at = comment.end
        return at

    def _line(self, parts: list[Doc], start: int, end: int) -> list[Doc]:
        """A line end, two where the text has an empty line in this range, none at the beginning."""
        if not parts:
            return []
        return [LINE, LINE] if self.comments.blank_line(start, end) else [LINE]


_DOUBLED = regex(r"\{\{[ \t]*[\w.]+[ \t]*\}\}")


def _aligns_sum(node: Binary) -> bool:
    """Whether this is `a - 2h@h`, in which the alignment holds for the whole sum."""
    left = node.left
    return (
        node.operator == "@"
        and isinstance(left, Binary)
        and left.operator in ("+", "-")
        and isinstance(left.right, Duration)
    )


def _begins_with_duration(node: Expression) -> bool:
    """Whether this is `2h@h`, which after a sign would be read as an alignment of the sum."""
    aligned = False
    while isinstance(node, Binary) and node.operator == "@":
        node, aligned = node.left, True
    return aligned and isinstance(node, Duration)


def _parameter(argument: Argument, known: Iterable[Signature]) -> str:
    """How the name of an argument is spelled; nothing where it has none or no declaration has it."""
    if argument.name is None:
        return ""
    found = (signature.find(argument.name.name) for signature in known)
    return next((parameter.name for parameter in found if parameter is not None), "")


def _end(command: Command) -> int:
    return max(command.end, command.bad.end) if command.bad is not None else command.end


def _concerns(span: Span, command: Command) -> bool:
    """Whether an error belongs to the command; an error at its very end does."""
    return command.start <= span.start <= _end(command) or span.start < command.start < span.end


def _within_stages(parsed: Parsed, wrong: Iterable[Span]) -> bool:
    """Whether each error lies in a stage, with no more than a pipe and comments between the stages."""
    if not isinstance(parsed.tree, Pipeline):
        return False
    text, at = list(parsed.text), 0
    for comment in parsed.comments:
        text[comment.start : comment.end] = " " * (comment.end - comment.start)
    stages = parsed.tree.commands
    for index, stage in enumerate(stages):
        between = "".join(text[at : stage.start]).strip()
        at = _end(stage)
        if between != ("|" if index or parsed.tree.leading_pipe else "") or stage.start == at:
            return False
    rest = "".join(text[at:]).strip()
    return not rest and all(any(_concerns(span, stage) for stage in stages) for span in wrong)
