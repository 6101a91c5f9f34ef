"""DQL text into a syntax tree. `grammars/dql.lark` is the language; here is what its rules build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.dql.habits import Habits
from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.syntax.parser import DEEPEST, Parser
from dqlkit.languages.syntax.scanner import Tokens
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

if TYPE_CHECKING:
    from dqlkit.languages.syntax.recovery import Repair, Spot

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


_OPERANDS = frozenset(("NAME", "NUMBER", "STRING", "NOT", "BANG", "PLUS", "MINUS", "LPAR", "LBRACE", "LSQB"))
_OPERATORS = frozenset(("COMPARE", "PLUS", "MINUS", "STAR", "SLASH", "PERCENT", "TILDE", "LSQB", "LPAR"))
_OPERATORS |= {"AMPERSANDS", "BARS", "EQUALS", "COLON"}


_FLAT = ("SPACE", "COMMENT", "NAME", "QUOTED_NAME", "NUMBER", "DURATION", "STRING", "VARIABLE", "TRUE", "FALSE", "NULL")
_LEVELS = dict.fromkeys(_FLAT, 0) | dict.fromkeys(("COMMA", "COLON", "EQUALS", "VBAR", "RPAR", "RBRACE", "RSQB"), 0)
_LEVELS |= dict.fromkeys(("AND", "OR", "XOR", "NOT", "COMPARE", "PLUS", "MINUS", "STAR", "SLASH", "ALIGN"), 1)
_LEVELS |= {"LPAR": 2, "LBRACE": 2, "LSQB": 4}


class _Builder(Habits):
    names: ClassVar = {"NAME": "a command", "MINUS": "", "STRING": "a string"}
    concepts: ClassVar = (
        ("an expression", frozenset({"NAME", "NUMBER"}), _OPERANDS),
        ("a command", frozenset({"NAME", "VBAR"}), frozenset({"NAME", "VBAR"})),
        ("an operator", frozenset({"COMPARE"}), _OPERATORS),
        ("an operator", frozenset({"PLUS", "STAR"}), _OPERATORS),
    )
    set_aside: ClassVar = frozenset({"HOLE", "TEMPLATE_STRING", "LINE_STRING"})
    associative: ClassVar = frozenset({"and", "or", "xor"})
    levels: ClassVar = _LEVELS

    def __init__(self, text: str, start: str) -> None:
        super().__init__(text, start)
        self.end = "the end of the expression" if start == "expression" else "the end of the query"

    def readings(self, tokens: Tokens) -> Iterator[tuple[frozenset[str], int]]:
        """Strings that end with their line, where one is never closed and so swallows the rest; templates."""
        last = tokens.pieces[-2] if len(tokens) > 1 else ""
        unclosed = last[:1] == '"' and not _is_closed(last)
        lines = frozenset({"LINE_STRING"} if unclosed else ())
        if unclosed:
            yield lines, -2
        if re.search(_PLACEHOLDER, self.text):
            yield lines | {"HOLE", "TEMPLATE_STRING"}, 1

    def repair(self, spot: Spot) -> Repair | None:
        from dqlkit.languages.dql.repairs import repair

        return repair(spot)

    # ---- tokens ----

    NAME = Name
    IN = ASC = DESC = BY = ORDER = GROUP = IS = BETWEEN = INFIX = NAME

    def NUMBER(self, start: int, end: int, text: str) -> Number:
        if len(text) < 18 and text.isdigit():
            return Number(start, end, int(text), text)
        return Number(start, end, self._number(start, end, text), text)

    def DURATION(self, start: int, end: int, text: str) -> Duration | Name:
        unit = text.lstrip("0123456789")
        if unit in _UNITS:
            return Duration(start, end, self._long(start, end, text[: -len(unit)]), unit)
        return self._not_a_duration(start, end, text, unit)

    def ALIGN(self, start: int, end: int, text: str) -> Duration:
        unit = text[1:].lstrip("0123456789")
        amount = text[1 : len(text) - len(unit)]
        if unit not in _UNITS and unit not in _WEEKDAYS:
            found = f"`{unit}`" if unit else "none"
            self.error("E001", start, end, f"expected a time unit after `@`, found {found}", help=_UNITS_HELP)
        elif amount and not int(amount[:9]):
            self.error("E001", start, end, "expected an amount of at least 1 after `@`, found `0`")
        return Duration(start + 1, end, self._long(start, end, amount or "1"), unit)

    def STRING(self, start: int, end: int, text: str) -> String:
        if "\\" not in text and text[-1] == '"' and text[:3] != '"""' and end - start > 1:
            return String(start, end, text[1:-1])
        if text.startswith('"""'):
            return String(start, end, self._inside(start, text, '"""'), '"""')
        value = self._inside(start, text, '"')
        return String(start, end, _unescape(value) if "\\" in value else value)

    LINE_STRING = TEMPLATE_STRING = STRING

    def SINGLE_QUOTED(self, start: int, end: int, text: str) -> String:
        value = text[1:-1]
        written = f'"{value.replace(chr(34), chr(92) + chr(34))}"'
        fix = Fix(f"write {written}", (Edit(Span(start, end), written),))
        message = f"expected a string in double quotes, found one in {text[0]}{text[-1]}"
        self.error("E002", start, end, message, help=f"Write `{written}`.", fix=fix)
        return String(start, end, _unescape(value), "'")

    def TIMESTAMP(self, start: int, end: int, text: str) -> String:
        fix = Fix("put it in quotes", (Edit(Span(start, end), f'"{text}"'),))
        message = f"expected a string, found the timestamp {text}"
        self.error("E001", start, end, message, help=f'Timestamps are written as strings: `"{text}"`.', fix=fix)
        return String(start, end, text)

    def QUOTED_NAME(self, start: int, end: int, text: str) -> Name:
        return Name(start, end, _unescape(self._inside(start, text, "`")), True)

    def _inside(self, start: int, text: str, quote: str) -> str:
        """What stands between quotes. A token that lacks the second is the rest of its line or of the text."""
        size = len(quote)
        if _is_closed(text):
            return text[size:-size]
        named = f"`{quote}`" if quote != "`" else "backtick"
        self.error("E001", start, start + size, f"expected a closing {named}, found none", help=f"Insert a {named}.")
        return text[size:]

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
        bad = Bad(start, end, text)
        self.left_out.append(bad)
        return bad

    def OPERATOR(self, start: int, _end: int, text: str) -> Operator:
        return start, text.lower()

    AND = OR = XOR = NOT = TILDE = PLUS = STAR = SLASH = PERCENT = OPERATOR

    def FOREIGN(self, start: int, end: int, text: str) -> Operator:
        """An operator with foreign spellings."""
        operator = _SPELLINGS.get(text)
        if operator is None:
            return start, text.lower()
        fix = Fix(f"write `{operator}`", (Edit(Span(start, end), operator),))
        self.error("E004", start, end, f"expected `{operator}`, found `{text}`", help=f"Write `{operator}`.", fix=fix)
        return start, operator

    AMPERSANDS = BARS = COMPARE = MINUS = FOREIGN

    def MOD(self, start: int, _end: int, _text: str) -> Operator:
        return start, "%"

    def BANG(self, start: int, end: int, text: str) -> Operator:
        fix = Fix("write `not`", (Edit(Span(start, end), "not "),))
        self.error("E004", start, end, "expected `not`, found `!`", help="Write `not`.", fix=fix)
        return start, "not"

    def _number(self, start: int, end: int, text: str) -> int | float:
        if text.isdigit():
            return self._long(start, end, text)
        if text[:2] in ("0x", "0X"):
            return self._long(start, end, text, 16)
        return float(text)

    def _long(self, start: int, end: int, text: str, base: int = 10) -> int:
        """The value of digits, which have to fit a long (2**63 is the magnitude of the smallest one)."""
        value = int(text, base) if len(text) <= 40 else _TOO_LARGE
        if value > (1 << 63 if base == 10 else (1 << 64) - 1):
            self.error("E001", start, end, "expected a number of at most 64 bits, found a larger one")
        return value

    def _not_a_duration(self, start: int, end: int, text: str, unit: str) -> Duration | Name:
        digits, _, fraction = text.removesuffix(unit.lstrip(".0123456789")).partition(".")
        unit = unit.lstrip(".0123456789")
        if not fraction or unit not in _UNITS:
            message = f"expected a number, a duration or a name, found `{text}`"
            self.error("E001", start, end, message, help=_DIGITS_HELP.format(text))
            return Name(start, end, text)
        amount, smaller = _in_smaller_units(float(f"{digits[:9]}.{fraction[:9]}"), unit)
        fix = Fix(f"write `{amount}{smaller}`", (Edit(Span(start, end), f"{amount}{smaller}"),)) if amount else None
        help = f"Write `{amount}{smaller}`." if amount else _UNITS_HELP
        self.error("E001", start, end, f"expected a whole number of `{unit}`, found `{text}`", help=help, fix=fix)
        return Duration(start, end, amount or 1, smaller)

    # ---- expressions ----

    def binary(self, left: Expression, operator: Operator, right: Expression) -> Binary:
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
        return call

    def hole_call(self, hole: Hole, open_: int, arguments: list[Argument] | int, close: int = -1) -> Call:
        return self.call(_name(hole), open_, arguments, close)

    def group(self, open_: int, members: list[Argument] | int, close: int = -1) -> Group:
        if isinstance(members, int):
            return Group(open_, members + 1, [])
        for member in members:
            if isinstance(member.value, Group) and member.name is None:
                message = "expected an expression, found a group inside a group"
                self.error("E001", *member.span, message, help="Groups do not nest: remove the inner braces.")
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
        return argument

    def named(self, name: Name, _colon: int, argument: Argument) -> Argument:
        argument.start, argument.name = name.start, name
        if name.name == "filter":
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
            self.long += [argument for argument in arguments if argument.end - argument.start > DEEPEST]
        return self.settle(Command(name.start, end, name, arguments))

    def hole_command(self, hole: Hole, arguments: list[Argument] | None = None) -> Command:
        end = arguments[-1].end if arguments else hole.end
        return Command(hole.start, end, _name(hole), arguments or [], hole=True)

    def no_command(self, bad: Bad) -> Command:
        return Command(bad.start, bad.end, Name(bad.start, bad.start, ""), [], bad)

    def pipeline(self, commands: list[Command]) -> Pipeline:
        return Pipeline(commands[0].start, commands[-1].end, commands)

    def headless(self, pipe: int, commands: list[Command]) -> Pipeline:
        fix = Fix("remove the `|`", (Edit(Span(pipe, pipe + 1), ""),))
        self.error(
            "E001", pipe, pipe + 1, "expected a command, found `|`", help="A query begins with a command.", fix=fix
        )
        return self.continued(pipe, commands)

    def continued(self, pipe: int, commands: list[Command]) -> Pipeline:
        return Pipeline(pipe, commands[-1].end, commands, True)

    def subquery(self, open_: int, pipeline: Pipeline, close: int) -> Subquery:
        return Subquery(open_, close + 1, pipeline)


_UNITS = {"ns", "us", "ms", "s", "m", "h", "d", "w", "M", "q", "y"}
_UNITS |= {"sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes"}
_UNITS |= {"hr", "hrs", "hour", "hours", "day", "days"}
_PLACEHOLDER = r"\{\{|\$\{|\.\{|\}\.|<[A-Za-z_]|%[a-z]\b|\.\.\.|…"
_WEEKDAYS = frozenset(f"w{day}" for day in range(8))
_UNITS_HELP = "Time units are ns, us, ms, s, m, h, d, w, M (months), q and y."
_DIGITS_HELP = "A name that begins with a digit needs backticks: `` `{}` ``. " + _UNITS_HELP
_SPELLINGS = {"&&": "and", "||": "or", "===": "==", "!==": "!=", "–": "-", "—": "-", "−": "-"}
_SMALLER = {"d": (24, "h"), "h": (60, "m"), "m": (60, "s"), "s": (1000, "ms"), "ms": (1000, "us"), "us": (1000, "ns")}
_TOO_LARGE = 1 << 64
_ESCAPE = r"(?s)\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _in_smaller_units(amount: float, unit: str) -> tuple[int, str]:
    """A fraction as a whole number of a smaller unit, 0 where there is none: 1.5 h is 90 m."""
    factor, smaller = _SMALLER.get(unit, (0, unit))
    return (int(amount * factor), smaller) if (amount * factor).is_integer() else (0, unit)


def _name(hole: Hole) -> Name:
    return Name(hole.start, hole.end, hole.text)


def _is_closed(text: str) -> bool:
    """Whether a quoted token ends with its quote, which neither is the opening one nor escaped."""
    if text.startswith('"""'):
        return len(text) > 5 and text.endswith('"""')
    if len(text) < 2 or text[-1] != text[0]:
        return False
    return text[-2] != "\\" or (len(text) - 1 - len(text[:-1].rstrip("\\"))) % 2 == 0


def _unescape(text: str) -> str:
    """Undo backslash escapes; one that means nothing stays as it is written."""
    return re.sub(_ESCAPE, _unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    long, short, character = match.groups()
    if long or short:
        return chr(int(long or short, 16))
    if character in "\"'`\\/":
        return str(character)
    return _ESCAPES.get(character, match.group())


_PARSER = Parser("dql", starts=("query", "stages", "expression"), builder=_Builder)
