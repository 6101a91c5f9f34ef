"""DQL text into a syntax tree. `grammars/dql.lark` is the language; here is what its rules build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span
from dqlkit.frozen import replace
from dqlkit.languages.dql.command_habits import CommandHabits
from dqlkit.languages.dql.token_values import Operator, is_closed
from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.language import Part
from dqlkit.languages.syntax.parser import TEXT, Parser
from dqlkit.languages.syntax.scanner import Tokens
from dqlkit.languages.syntax.tree import (
    DEEPEST,
    Argument,
    Bad,
    Binary,
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
    Parentheses,
    Parsed,
    Unary,
)
from dqlkit.regex import regex

if TYPE_CHECKING:
    from dqlkit.languages.syntax.recovery import Repair, Spot

__all__ = ["PARSER", "parse"]


def parse(text: str, part: Part = "query") -> Parsed:
    """The tree of `text` with all its syntax errors; any text is answered, none raises.

    part  "query": a whole query; "stages": a fragment, which may begin with a pipe; both give a `Pipeline`.
          "expression": a matcher, gives an `Expression`.
    """
    return PARSER.parse(text, part)


_OPERANDS = frozenset(["NAME", "NUMBER", TEXT, "NOT", "BANG", "PLUS", "MINUS", "LPAR", "LBRACE", "LSQB"])
_OPERATORS = frozenset(["COMPARE", "PLUS", "MINUS", "STAR", "SLASH", "PERCENT", "TILDE", "LSQB", "LPAR"])
_OPERATORS |= {"AMPERSANDS", "BARS", "EQUALS", "COLON"}
_FLAT = ["SPACE", "COMMENT", "NAME", "QUOTED_NAME", "NUMBER", "DURATION", TEXT, "VARIABLE", "TRUE", "FALSE", "NULL"]
_LEVELS = dict.fromkeys((*_FLAT, "COMMA", "COLON", "EQUALS", "RPAR", "RBRACE", "RSQB"), 0)
_LEVELS |= dict.fromkeys(("VBAR", "AND", "OR", "XOR", "NOT", "COMPARE", "PLUS", "MINUS", "STAR", "SLASH", "ALIGN"), 1)
_LEVELS |= {"LPAR": 2, "LBRACE": 2, "LSQB": 4}
#: What nothing but a tag of a template begins with.
_TAG = r"\{%[-+ ]|\{#\s|%\{~?\s*[a-z]"
#: What begins a block of Go's templates; in others `{{ end }}` and its like are placeholders.
_GO_BLOCK = r"\{\{-?\s*(?:if|range|with|define|block)\s+[^\s}]"


class _Builder(CommandHabits):
    """Makes the tree; tokens are made by `TokenValues`, what is not DQL by `Habits` and `CommandHabits`."""

    names: ClassVar = {"NAME": "a command", TEXT: "a string"}
    concepts: ClassVar = (
        ("an expression", frozenset(["NAME", "NUMBER"]), _OPERANDS),
        ("a command", frozenset(["NAME", "VBAR"]), frozenset(["NAME", "VBAR"])),
        ("an operator", frozenset(["COMPARE"]), _OPERATORS),
        ("an operator", frozenset(["PLUS", "STAR"]), _OPERATORS),
    )
    set_aside: ClassVar = frozenset(
        ["HOLE", "BRACED", "TAG", "GO_TAG", "TEMPLATE_STRING", "LINE_STRING", "FOREIGN_COMMENT"]
    )
    tags: ClassVar = ("TAG", "GO_TAG")
    doubt: ClassVar = "--"
    levels: ClassVar = _LEVELS
    ends: ClassVar = {"": "the end of the query", "expression": "the end of the expression"}
    alike: ClassVar = {**CommandHabits.alike, "unary": "negation"}

    def __init__(self, text: str, start: str) -> None:
        super().__init__(text, start)
        self._lengthy: list[Node] = []

    def readings(self, tokens: Tokens) -> Iterator[tuple[frozenset[str], int]]:
        """Alternative terminals: strings that end with their line, for a text with an unclosed one; templates; comments
        of other languages. A line that begins with `--` is a comment, though it could be minus twice. [decided]"""
        last = tokens.pieces[-2] if len(tokens) > 1 else ""
        unclosed = last[:1] == '"' and not is_closed(last)
        lines = frozenset({"LINE_STRING"} if unclosed else ())
        if unclosed:
            yield lines, -2
        if _holds("HOLE", self.text) or _holds("TAG", self.text):
            go = {"GO_TAG"} if re.search(_GO_BLOCK, self.text) else set()
            sure = go or re.search(_TAG, self.text)
            yield lines | {"HOLE", "TEMPLATE_STRING", "TAG"} | go, 0 if sure else 1
        if _holds("BRACED", self.text):
            yield frozenset(["BRACED"]), 1
        foreign = list(_foreign_comments(self.text, tokens))
        if foreign:
            yield frozenset(["FOREIGN_COMMENT"]), -sum(foreign)

    def foreign_comment(self, comment: Comment) -> None:
        sign = re.match("#|-+", comment.text)
        assert sign is not None
        span = Span(comment.start, comment.start + sign.end())
        fix = Fix("write `//`", (Edit(span, "//"),))
        message = f"expected `//`, found `{sign.group()}`"
        self.error("E001", *span, message, help="Comments begin with `//`.", fix=fix)

    def nested(self, tree: Node) -> list[Node]:
        """Arguments of long text; short ones have no room for much."""
        return [tree] if self.start == "expression" else self._lengthy

    def forget(self, start: int) -> None:
        super().forget(start)
        self._lengthy = [node for node in self._lengthy if node.start < start]

    def repair(self, spot: Spot) -> Repair | None:
        from dqlkit.languages.dql.repairs import repair

        return repair(spot)

    def wrong(self, text: str) -> list[Diagnostic]:
        from dqlkit.languages.dql.bind import bind

        parsed = parse(text, "stages")
        unread = [found for found in parsed.diagnostics if found.severity == "error"]
        return unread or [found for found in bind(parsed).diagnostics if found.severity == "error"]

    # ---- expressions ----

    def binary(self, left: Expression, operator: Operator, right: Expression) -> Binary:
        return Binary(left.start, right.end, operator[1], left, right, operator[0])

    def unary(self, operator: Operator, operand: Expression) -> Unary:
        return Unary(operator[0], operand.end, operator[1], operand)

    def align(self, operand: Expression, unit: Duration) -> Binary:
        return Binary(operand.start, unit.end, "@", operand, unit, unit.start - 1)

    def aligned_sum(self, left: Expression, operator: Operator, offset: Duration, unit: Duration) -> Binary:
        return self.align(self.binary(left, operator, offset), unit)

    def align_now(self, unit: Duration) -> Unary:
        return Unary(unit.start - 1, unit.end, "@", unit)

    def each(self, base: Expression, _open: int, close: int) -> Each:
        return Each(base.start, close + 1, base)

    def index(self, base: Expression, _open: int, index: Expression, close: int) -> Index:
        return Index(base.start, close + 1, base, index)

    def index_cut(self, base: Expression, _open: int, index: Expression, _bad: Bad, close: int) -> Index:
        return Index(base.start, close + 1, base, index)

    def parentheses_cut(self, open_: int, inner: Expression, _bad: Bad, close: int) -> Parentheses:
        return Parentheses(open_, close + 1, inner)

    def parentheses(self, open_: int, inner: Expression, close: int) -> Parentheses:
        return Parentheses(open_, close + 1, inner)

    def call(self, function: Name, _open: int, arguments: list[Argument] | int, close: int = -1) -> Call:
        if isinstance(arguments, int):
            return Call(function.start, arguments + 1, function, [])
        call = Call(function.start, close + 1, function, arguments)
        if arguments[0].alias is not None:
            self.condition_of_call(call)
        if self.diagnostics:
            self.list_of_call(call)
        return call

    def hole_call(self, hole: Hole, open_: int, arguments: list[Argument] | int, close: int = -1) -> Call:
        return self.call(_name(hole), open_, arguments, close)

    def group(self, open_: int, members: list[Argument] | int, close: int = -1) -> Group:
        if isinstance(members, int):
            return Group(open_, members + 1, [])
        return Group(open_, close + 1, members)

    # ---- arguments ----

    def argument(self, value: Expression) -> Argument:
        return Argument(value.start, value.end, value)

    def directed(self, value: Expression, direction: Name) -> Argument:
        return Argument(value.start, direction.end, value, direction=direction.name.lower())

    def cut(self, value: Expression, bad: Bad) -> Argument:
        return Argument(value.start, bad.end, value)

    def aliased(self, alias: Name, _equals: int, argument: Argument) -> Argument:
        argument.start, argument.alias = alias.start, alias
        self.named_list(argument)
        return argument

    def named(self, name: Name, _colon: int, argument: Argument) -> Argument:
        argument.start, argument.name = name.start, name
        if name.name.lower() == "filter":
            self.condition(argument)
        return argument

    def hole_aliased(self, alias: Hole, equals: int, argument: Argument) -> Argument:
        return self.aliased(_name(alias), equals, argument)

    def hole_named(self, name: Hole, colon: int, argument: Argument) -> Argument:
        return self.named(_name(name), colon, argument)

    # ---- commands ----

    def command(self, name: Name, arguments: list[Argument] | None = None) -> Command:
        if arguments is None:
            return self.settle(Command(name.start, name.end, name, []))
        end = arguments[-1].end
        if end - name.start > DEEPEST:
            self._lengthy += [argument for argument in arguments if argument.end - argument.start > DEEPEST]
        return self.settle(Command(name.start, end, name, arguments))

    def hole_command(self, hole: Hole, arguments: list[Argument] | None = None) -> Command:
        end = arguments[-1].end if arguments else hole.end
        return Command(hole.start, end, _name(hole), arguments or [], hole=True)

    def no_command(self, bad: Bad) -> Command:
        return Command(bad.start, bad.end, Name(bad.start, bad.start, ""), [], bad)

    def commands_cut(self, commands: list[Command], bad: Bad) -> list[Command]:
        last = commands[-1]
        last.bad, last.end = bad, bad.end
        self.left_out.remove(bad)
        return commands

    def depth(self, node: Node) -> int:
        return max(1, len(node.commands) - 1) if isinstance(node, Pipeline) else 1

    def pipeline(self, commands: list[Command]) -> Pipeline:
        if len(commands) > DEEPEST:
            self._leave_out(commands)
        if self.diagnostics and len(commands) > 1:
            self.foreign_query(commands)
        return Pipeline(commands[0].start, commands[-1].end, commands)

    def _leave_out(self, commands: list[Command]) -> None:
        """Report and remove the stages that are too many."""
        start, end = commands[DEEPEST].start, commands[-1].end
        message = f"expected at most {DEEPEST} stages, found {len(commands)}"
        self.error("E001", start, end, message, help="Split the query, or compute several fields in one stage.")
        del commands[DEEPEST:]
        commands[-1].bad, commands[-1].end = Bad(start, end, self.text[start:end]), end

    def headless(self, pipe: int, commands: list[Command]) -> Pipeline:
        fix = Fix("remove the `|`", (Edit(Span(pipe, pipe + 1), ""),))
        self.error(
            "E001", pipe, pipe + 1, "expected a command, found `|`", help="A query begins with a command.", fix=fix
        )
        return self.continued(pipe, commands)

    def continued(self, pipe: int, commands: list[Command]) -> Pipeline:
        return replace(self.pipeline(commands), start=pipe, leading_pipe=True)

    def subquery(self, open_: int, commands: list[Command], close: int) -> Subquery:
        return Subquery(open_, close + 1, self.pipeline(commands))

    def subquery_headless(self, open_: int, pipe: int, commands: list[Command], close: int) -> Subquery:
        return Subquery(open_, close + 1, self.headless(pipe, commands))


_FOREIGN = regex(r"#|(?<!-)-{2,}(?=\s|\Z)")


def _foreign_comments(text: str, tokens: Tokens) -> Iterator[bool]:
    """For each `#`, and each `--` before a blank, whether its line begins with it."""
    for piece, start in zip(tokens.pieces, tokens.starts, strict=True):
        if piece in ("#", "-") and _FOREIGN.match(text, start):
            yield not text[text.rfind("\n", 0, start) + 1 : start].strip()


@cache
def _pattern(terminal: str) -> re.Pattern[str]:
    tables = PARSER.automaton.tables
    return re.compile(tables.patterns[tables.terminals.index(terminal)])


def _holds(terminal: str, text: str) -> bool:
    """Whether a text holds a token of the grammar."""
    return _pattern(terminal).search(text) is not None


def _name(hole: Hole) -> Name:
    return Name(hole.start, hole.end, hole.text, hole=True)


PARSER = Parser("dql", starts=("query", "stages", "expression"), builder=_Builder)
