"""ADQL text into a syntax tree. `grammars/adql.lark` is the language; here is what its rules build."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dqlkit.diagnostics import Edit, Fix, Span, error
from dqlkit.languages.adql.clauses import statement
from dqlkit.languages.adql.habits import Habits, Operator
from dqlkit.languages.adql.tree import (
    Between,
    Clause,
    Everything,
    FromClause,
    Having,
    IsNull,
    Limit,
    Match,
    Membership,
    OrderBy,
    Path,
    Query,
    Select,
    Since,
    Where,
    WhereArgument,
)
from dqlkit.languages.language import Part
from dqlkit.languages.syntax.parser import TEXT, Parser
from dqlkit.languages.syntax.tree import (
    Argument,
    Bad,
    Binary,
    Boolean,
    Call,
    Duration,
    Expression,
    Name,
    Null,
    Number,
    Parentheses,
    Parsed,
    String,
    Unary,
)
from dqlkit.regex import regex

if TYPE_CHECKING:
    from dqlkit.languages.syntax.recovery import Repair, Spot

__all__ = ["FOREIGN", "LONGEST", "PARSER", "parse"]


#: Longer queries are refused by the service.
LONGEST = 5000

_PATH = regex(r"(?:`[^`\n]*`?|\w+)")

#: Terminals that messages never offer.
FOREIGN = {"BARS", "AMPERSANDS", "BANG", "INFIX", "CURLY", "GROUP", "FACET", "TIMESERIES", "OFFSET", "ORDERBY"}
_UNSAID = FOREIGN | {"LSQB", "BY"}
_VALUES = frozenset(["NAME", "NUMBER", TEXT, "PLUS", "MINUS", "TRUE", "FALSE", "NULL"])
_SIGNS = {"COMPARE", "PLUS", "MINUS", "STAR", "SLASH", "PERCENT", "LPAR"}
_OPERATORS = frozenset(_SIGNS | {"AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "REGEXP", "IS"})
_CLAUSES = frozenset(["SELECT", "FROM", "WHERE", "SINCE", "UNTIL", "HAVING", "ORDER", "LIMIT"])
_NAMES = {"NAME": "a field", TEXT: "a string", "NUMBER": "a number", "AND": "`AND`"}


def parse(text: str, part: Part = "query") -> Parsed:
    """The tree of `text` with all its syntax errors; any text is answered, none raises.

    part  "query" (or "stages", which ADQL has none of): a statement, gives a `Query`.
          "expression": a condition, gives an `Expression`.
    """
    parsed = PARSER.parse(text, "expression" if part == "expression" else "query")
    for comment in parsed.comments:
        fix = Fix("remove the comment", (Edit(comment.span, ""),))
        message = f"expected no comment, found `{comment.text[:2]}`"
        help = "ADQL has no comments: remove it."
        parsed.diagnostics.append(error("A001", comment.span, message, help=help, fix=fix))
    if len(text) > LONGEST:
        message = f"expected at most {LONGEST:,} characters, found {len(text):,}"
        parsed.diagnostics.append(error("A004", Span(LONGEST, len(text)), message, help="Shorten the query."))
    parsed.diagnostics.sort(key=lambda diagnostic: diagnostic.span)
    return parsed


class _Builder(Habits):
    names: ClassVar = _NAMES | dict.fromkeys(_UNSAID, "")
    concepts: ClassVar = (
        ("an interval such as `[1, 2]`", frozenset(["LSQB", "NUMBER"]), _VALUES | {"LSQB", "LPAR"}),
        ("a field or value", frozenset(["NAME", "NUMBER"]), _VALUES | {"NOT", "STAR", "LPAR", "DISTINCT", "WHERE"}),
        ("a name", frozenset(["NAME", TEXT]), _VALUES),
        ("an operator", frozenset(["COMPARE", "PLUS"]), _OPERATORS),
        ("a further clause", frozenset(["WHERE", "LIMIT"]), _CLAUSES),
    )
    stage: ClassVar = ";"
    ends: ClassVar = {"": "the end of the query", "expression": "the end of the condition"}
    alike: ClassVar = {
        "NAME": "INFIX GROUP FACET TIMESERIES OFFSET ASC DESC BY",
        "OPERATOR": "AND OR NOT LIKE REGEXP PLUS STAR SLASH PERCENT",
        "FOREIGN": "COMPARE AMPERSANDS BARS BANG MINUS",
    }

    def repair(self, spot: Spot) -> Repair | None:
        from dqlkit.languages.adql.repairs import repair

        return repair(spot)

    # ---- tokens ----

    def NAME(self, start: int, end: int, text: str) -> Name | Path:
        if "`" not in text and "." not in text:
            return Name(start, end, text)
        parts = [self._part(start + m.start(), m.group()) for m in _PATH.finditer(text)]
        return parts[0] if len(parts) == 1 else Path(start, end, parts)

    def _part(self, start: int, text: str) -> Name:
        if text[0] != "`":
            return Name(start, start + len(text), text)
        if text[-1] != "`" or len(text) < 2:
            message = "expected a closing back quote, found none"
            self.error("A001", start, start + 1, message, help="Close it with a back quote.")
        return Name(start, start + len(text), text.strip("`"), True)

    def NUMBER(self, start: int, end: int, text: str) -> Number:
        if not text.isdigit():
            return Number(start, end, float(text), text)
        value = int(text) if len(text) < 40 else 1 << 64
        if value > 1 << 63:
            self.error("A001", start, end, "expected a number of at most 64 bits, found a larger one")
        return Number(start, end, value, text)

    def DURATION(self, start: int, end: int, text: str) -> Duration:
        unit = text.lstrip("0123456789")
        return Duration(start, end, int(text[: len(text) - len(unit)][:18]), unit)

    def STRING(self, start: int, end: int, text: str) -> String:
        quote, value = text[0], text[1:-1]
        if len(text) < 2 or text[-1] != quote or (len(value) - len(value.rstrip("\\"))) % 2:
            self.error(
                "A001", start, start + 1, f"expected a closing {quote} , found none", help=f"Close it with {quote} ."
            )
            value = text[1:]
        return String(start, end, _ESCAPE.sub(r"\1", value) if "\\" in value else value, quote)

    def TRUE(self, start: int, end: int, _text: str) -> Boolean:
        return Boolean(start, end, True)

    def FALSE(self, start: int, end: int, _text: str) -> Boolean:
        return Boolean(start, end, False)

    def NULL(self, start: int, end: int, _text: str) -> Null:
        return Null(start, end)

    def BAD(self, start: int, end: int, text: str) -> Bad:
        return Bad(start, end, text)

    def OPERATOR(self, start: int, _end: int, text: str) -> Operator:
        return start, text.lower()

    # ---- expressions ----

    def condition_only(self, condition: Expression) -> Expression:
        return condition

    def binary(self, left: Expression, operator: Operator, right: Expression) -> Binary:
        if operator[1] in "+-" and isinstance(right, Number) and right.start == operator[0] + 1:
            self.missing_space(operator, right)
        return Binary(left.start, right.end, operator[1], left, right, operator[0])

    def comparison(self, left: Expression, operator: Operator, right: Expression) -> Expression:
        left = self.tested(left)
        if isinstance(right, Null):
            return self.compared_with_null(left, operator, right)
        return Binary(left.start, right.end, operator[1], left, self.value(right), operator[0])

    def unary(self, operator: Operator, operand: Expression) -> Unary:
        return Unary(operator[0], operand.end, operator[1], operand)

    def everything(self, star: Operator) -> Everything:
        return Everything(star[0], self.after(star[0]))

    def parentheses(self, open_: int, inner: Expression, close: int) -> Parentheses:
        return Parentheses(open_, self.after(close), inner)

    def parentheses_cut(self, open_: int, inner: Expression, _bad: Bad, close: int) -> Parentheses:
        return Parentheses(open_, self.after(close), inner)

    def is_in(self, operand: Expression, _in: int, members: list[Expression]) -> Membership:
        *values, close = members
        return Membership(operand.start, close.end, self.tested(operand), [self.value(value) for value in values])

    def is_not_in(self, operand: Expression, _not: Operator, in_: int, members: list[Expression]) -> Membership:
        node = self.is_in(operand, in_, members)
        node.negated = True
        return node

    def members(self, _open: int, members: list[Expression], close: int) -> list[Expression]:
        """The values; the place of the closing bracket is the last of them."""
        return [*members, Bad(close, self.after(close), "")]

    def interval(self, open_: int, low: Expression, _comma: int, high: Expression, close: int) -> Between:
        open_low, open_high = self.text[open_] == "(", self.text[close : self.after(close)] == ")"
        return Between(open_, self.after(close), low, self.value(low), self.value(high), open_low, open_high)

    def between(self, operand: Expression, _between: int, interval: Between) -> Between:
        interval.start, interval.operand = operand.start, self.tested(operand)
        return interval

    def not_between(self, operand: Expression, _not: Operator, between: int, interval: Between) -> Between:
        interval.negated = True
        return self.between(operand, between, interval)

    def match(self, operand: Expression, operator: Operator, pattern: Expression) -> Match:
        pattern = self.value(pattern)
        if operator[1] == "like":
            self.percent_wildcards(pattern)
        return Match(operand.start, pattern.end, operator[1], self.tested(operand), pattern)

    def no_match(self, operand: Expression, _not: Operator, operator: Operator, pattern: Expression) -> Match:
        node = self.match(operand, operator, pattern)
        node.negated = True
        return node

    def is_null(self, operand: Expression, _is: int, null: Null) -> IsNull:
        return IsNull(operand.start, null.end, self.tested(operand))

    def is_not_null(self, operand: Expression, _is: int, _not: Operator, null: Null) -> IsNull:
        return IsNull(operand.start, null.end, self.tested(operand), True)

    # ---- calls ----

    def call(self, function: Name | Path, _open: int, arguments: list[Argument] | int, close: int = -1) -> Expression:
        name = Name(function.start, function.end, function.name)
        if isinstance(arguments, int):
            return Call(name.start, self.after(arguments), name, [])
        return Call(name.start, self.after(close), name, arguments)

    def argument(self, value: Expression) -> Argument:
        return Argument(value.start, value.end, value)

    def argument_cut(self, value: Expression, bad: Bad) -> Argument:
        return Argument(value.start, bad.end, value)

    def condition_argument(self, where: int, condition: Expression) -> Argument:
        return self.argument(WhereArgument(where, condition.end, condition))

    # ---- clauses ----

    def item(self, value: Expression) -> Argument:
        return self.argument(self.selected(value))

    def aliased(self, value: Expression, _as: int, alias: Name | Path | String) -> Argument:
        name = Name(alias.start, alias.end, alias.value if isinstance(alias, String) else alias.name, True)
        if isinstance(alias, Name):
            name.quoted = alias.quoted
        return Argument(value.start, alias.end, self.selected(value), alias=name)

    def distinct(self, word: int, item: Argument) -> Argument:
        item.start, item.direction = word, "distinct"
        return item

    def select(self, start: int, items: list[Argument]) -> Select:
        distinct = any(item.direction for item in items)
        for item in items:
            item.direction = ""
        return Select(start, items[-1].end, items, distinct)

    def source(self, start: int, name: Name | Path) -> FromClause:
        return FromClause(start, name.end, name)

    def where(self, start: int, condition: Expression) -> Where:
        return Where(start, condition.end, condition)

    def since(self, start: int, moment: Number | Duration) -> Since:
        return Since(start, moment.end, moment)

    def until(self, start: int, moment: Number | Duration) -> Since:
        """Made one with its `SINCE` when all clauses are there."""
        return Since(start, moment.end, Number(start, start, 0), moment)

    def epoch(self, number: Number) -> Number:
        return number

    def having(self, start: int, condition: Expression) -> Having:
        return Having(start, condition.end, condition)

    def order(self, start: int, _by: Name, keys: list[Argument]) -> OrderBy:
        return OrderBy(start, keys[-1].end, keys)

    def key(self, value: Expression, direction: Name | None = None) -> Argument:
        argument = self.argument(value)
        if direction is not None:
            argument.end, argument.direction = direction.end, direction.name.lower()
        return argument

    def limit(self, start: int, counts: list[Number]) -> Limit:
        for count in counts:
            if not isinstance(count.value, int):
                self.error("A001", *count.span, f"expected a whole number, found `{count.text}`")
                count.value = int(count.value)
        return Limit(start, counts[-1].end, counts)

    def bad_clause(self, bad: Bad) -> Bad:
        return bad

    def next(self, clauses: list[Clause | Bad | None], clause: Clause | Bad | None) -> list[Clause | Bad | None]:
        clauses.append(clause)
        return clauses

    def query(self, clauses: list[Clause | Bad | None]) -> Query:
        return statement(self, clauses)

    def ended(self, clauses: list[Clause | Bad | None], semicolon: int) -> Query:
        query = statement(self, clauses)
        query.end, query.ended = self.after(semicolon), True
        return query


_ESCAPE = regex(r"\\([\\'\"])")

PARSER = Parser("adql", starts=("query", "expression"), builder=_Builder)
