"""DQL text into a syntax tree. `grammars/dql.lark` is the language; here is what its rules build."""

from __future__ import annotations

from typing import Any, Literal, cast

from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.syntax.parser import Builder, Parser
from dqlkit.languages.syntax.tree import (
    Argument,
    Bad,
    Binary,
    Boolean,
    Call,
    Duration,
    Each,
    Expression,
    Group,
    Hole,
    Index,
    Name,
    Null,
    Number,
    Parentheses,
    Parsed,
    String,
    Unary,
    Variable,
)

__all__ = ["Part", "parse"]

Part = Literal["query", "stages", "expression"]

Operator = tuple[int, str]
"""Where an operator stands, and its symbol or lower-case word."""


def parse(text: str, part: Part = "query") -> Parsed:
    """The tree of `text` with all its syntax errors; any text is answered, none raises.

    part  "query": a whole query; "stages": a fragment, which may begin with a pipe; both give a `Pipeline`.
          "expression": a matcher, gives an `Expression`.
    """
    return _PARSER.parse(text, part)


class _Builder(Builder):
    # ---- tokens ----

    def NAME(self, start: int, end: int, text: str) -> Name:
        return Name(start, end, text)

    IN = ASC = DESC = BY = ORDER = GROUP = IS = BETWEEN = NAME
    CONTAINS = STARTS_WITH = ENDS_WITH = LIKE = MATCHES_VALUE = MATCHES_PHRASE = NAME

    def QUOTED_NAME(self, start: int, end: int, text: str) -> Name:
        return Name(start, end, _unescape(text[1:-1]), True)

    def NUMBER(self, start: int, end: int, text: str) -> Number:
        if text.isdigit():
            return Number(start, end, int(text), text)
        if text[:2] in ("0x", "0X"):
            return Number(start, end, int(text, 16), text)
        return Number(start, end, float(text), text)

    def DURATION(self, start: int, end: int, text: str) -> Duration:
        unit = text.lstrip("0123456789")
        return Duration(start, end, int(text[: -len(unit)]), unit)

    def ALIGN(self, start: int, end: int, text: str) -> Duration:
        unit = text[1:].lstrip("0123456789")
        amount = text[1 : len(text) - len(unit)]
        return Duration(start + 1, end, int(amount or 1), unit)

    def STRING(self, start: int, end: int, text: str) -> String:
        if text.startswith('"""'):
            return String(start, end, text[3:-3], '"""')
        return String(start, end, _unescape(text[1:-1]))

    def SINGLE_QUOTED(self, start: int, end: int, text: str) -> String:
        return String(start, end, _unescape(text[1:-1]), "'")

    def TRUE(self, start: int, end: int, _text: str) -> Boolean:
        return Boolean(start, end, True)

    def FALSE(self, start: int, end: int, _text: str) -> Boolean:
        return Boolean(start, end, False)

    def NULL(self, start: int, end: int, _text: str) -> Null:
        return Null(start, end)

    def VARIABLE(self, start: int, end: int, text: str) -> Variable:
        name, _, mode = text[1:].partition(":")
        return Variable(start, end, name, mode)

    def HOLE(self, start: int, end: int, text: str) -> Hole:
        return Hole(start, end, text)

    def BAD(self, start: int, end: int, text: str) -> Bad:
        return Bad(start, end, text)

    def OPERATOR(self, start: int, _end: int, text: str) -> Operator:
        return start, text.lower()

    OR = XOR = AND = NOT = BANG = COMPARE = TILDE = PLUS = MINUS = STAR = SLASH = PERCENT = MOD = OPERATOR

    # ---- expressions ----

    def binary(self, left: Expression, operator: Operator | Name, right: Expression) -> Binary:
        if isinstance(operator, Name):
            operator = operator.start, "in"
        return Binary(left.start, right.end, operator[1], left, right, operator[0])

    def unary(self, operator: Operator, operand: Expression) -> Unary:
        return Unary(operator[0], operand.end, operator[1], operand)

    negation = unary

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

    def parentheses(self, open_: int, inner: Expression, close: int) -> Parentheses:
        return Parentheses(open_, close + 1, inner)

    def call(self, function: Name, _open: int, arguments: list[Argument] | int, close: int = -1) -> Call:
        if isinstance(arguments, int):
            return Call(function.start, arguments + 1, function, [])
        return Call(function.start, close + 1, function, arguments)

    def group(self, open_: int, members: list[Argument] | int, close: int = -1) -> Group:
        if isinstance(members, int):
            return Group(open_, members + 1, [])
        return Group(open_, close + 1, members)

    # ---- arguments ----

    def argument(self, value: Expression) -> Argument:
        return Argument(value.start, value.end, value)

    def directed(self, value: Expression, direction: Name) -> Argument:
        return Argument(value.start, direction.end, value, direction=direction.name.lower())

    def aliased(self, alias: Name, _equals: int, argument: Argument) -> Argument:
        argument.start, argument.alias = alias.start, alias
        return argument

    def named(self, name: Name, _colon: int, argument: Argument) -> Argument:
        argument.start, argument.name = name.start, name
        return argument

    # ---- commands ----

    def command(self, name: Name, arguments: list[Argument] | None = None) -> Command:
        if arguments is None:
            return Command(name.start, name.end, name, [])
        return Command(name.start, arguments[-1].end, name, arguments)

    def pipeline(self, commands: list[Command]) -> Pipeline:
        return Pipeline(commands[0].start, commands[-1].end, commands)

    def continued(self, pipe: int, commands: list[Command]) -> Pipeline:
        return Pipeline(pipe, commands[-1].end, commands, True)

    def subquery(self, open_: int, pipeline: Pipeline, close: int) -> Subquery:
        return Subquery(open_, close + 1, pipeline)


def _unescape(text: str) -> str:
    return text


_PARSER = Parser("dql", starts=("query", "stages", "expression"), builder=_Builder)
