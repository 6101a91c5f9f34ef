"""Syntax of SQL, NRQL, SPL and DQL that people write in ADQL: parsed, reported, and replaced by the ADQL that was
meant.

The methods are named as the `[habit]` alternatives of `grammars/adql.lark`. Codes: A001 syntax, A002 grouping, A005
spaces, E004 foreign operators.
"""

from __future__ import annotations

from typing import Any

from dqlkit.diagnostics import Edit, Fix, Span, warning
from dqlkit.languages.adql.clauses import Grouping
from dqlkit.languages.adql.tree import (
    Between,
    FromClause,
    IsNull,
    Match,
    OrderBy,
    Path,
)
from dqlkit.languages.syntax.parser import Builder
from dqlkit.languages.syntax.tree import (
    Argument,
    Bad,
    Binary,
    Call,
    Duration,
    Expression,
    Name,
    Node,
    Number,
    String,
    Unary,
)
from dqlkit.languages.syntax.tree import walk as nodes_of
from dqlkit.types.text import parse_instant

__all__ = ["UNITS", "Habits", "Operator"]

Operator = tuple[int, str]
"""Where an operator stands, and its symbol or lower-case word."""

#: Units of `SINCE` and the minutes in each.
UNITS = {"m": 1, "minute": 1, "minutes": 1, "h": 60, "hour": 60, "hours": 60}
UNITS |= {"d": 1440, "day": 1440, "days": 1440, "w": 10080, "week": 10080, "weeks": 10080}

_SPELLINGS = {
    "==": "=",
    "===": "=",
    "!==": "!=",
    "<>": "!=",
    "=~": "regexp",
    "!~": "not regexp",
    "&&": "and",
    "||": "or",
    "!": "not",
    "–": "-",
    "—": "-",
    "−": "-",
}
_OTHER_UNITS = {"min": "m", "mins": "m", "hr": "h", "hrs": "h", "wk": "w", "wks": "w"}
_MOMENT = "Write a length of time before now, as in `SINCE 30 minutes`, or milliseconds since 1970."


class Habits(Builder):
    def error(self, code: str, start: int, end: int, message: str, *, help: str = "", fix: Fix | None = None) -> None:
        super().error("A001" if code == "E001" else code, start, end, message, help=help, fix=fix)

    def warn(self, code: str, span: Span, message: str, *, help: str = "", fix: Fix | None = None) -> None:
        self.diagnostics.append(warning(code, span, message, help=help, fix=fix))

    def foreign(self, span: Span, expected: str, found: str, replacement: str) -> None:
        fix = Fix(f"write `{_short(replacement)}`", (Edit(span, replacement),))
        help = f"Write `{_short(replacement)}`."
        self.error("E004", *span, f"expected {expected}, found {found}", help=help, fix=fix)

    def after(self, at: int) -> int:
        """The place behind a bracket, which may have been put at the very end of the text."""
        return min(at + 1, len(self.text))

    def cut(self, node: Node) -> str:
        return self.text[node.start : node.end]

    # ---- tokens ----

    def FOREIGN(self, start: int, end: int, text: str) -> Operator:
        """An operator with foreign spellings."""
        operator = _SPELLINGS.get(text)
        if operator is None:
            return start, text
        written = operator.upper()
        self.foreign(Span(start, end), f"`{written}`", f"`{text}`", f"{written} " if text == "!" else written)
        return start, operator

    def CURLY(self, start: int, end: int, text: str) -> String:
        value = text[1:-1]
        written = f'"{value}"' if "'" in value else f"'{value}'"
        fix = Fix("use straight quotes", (Edit(Span(start, end), written),))
        message = f"expected a string in straight quotes, found `{text[0]}`"
        self.error("A001", start, end, message, help=f"Write {written}.", fix=fix)
        return String(start, end, value, "'")

    # ---- expressions ----

    def missing_space(self, operator: Operator, number: Number) -> None:
        """A sign right before a number belongs to the number."""
        at = number.start
        fix = Fix("insert a space", (Edit(Span(at, at), " "),))
        message = f"expected a space between `{operator[1]}` and `{number.text}`, found none"
        self.warn("A005", Span(operator[0], number.end), message, help=f"Write `{operator[1]} {number.text}`.", fix=fix)

    def tested(self, operand: Expression) -> Expression:
        """What a condition tests: text in quotes can only be the name of a field here."""
        return Name(operand.start, operand.end, operand.value, True) if isinstance(operand, String) else operand

    selected = tested

    def value(self, node: Expression) -> Expression:
        """What a field is compared with: a value, never another field."""
        if isinstance(node, (Name, Path)):
            written = f"'{node.name}'"
            fix = Fix("put it in quotes", (Edit(node.span, written),), safe=False)
            message = f"expected a value, found the name `{self.cut(node)}`"
            help = f"Text is written in quotes: {written}; two fields cannot be compared."
            self.error("A001", *node.span, message, help=help, fix=fix)
            return String(node.start, node.end, node.name, "'")
        if isinstance(node, Binary) and any(
            isinstance(one, Call) and one.function.name == "now" for one in nodes_of(node)
        ):
            self._before_now(node)
            return node
        field = next((inner for inner in nodes_of(node) if isinstance(inner, (Name, Path)) and inner is not node), None)
        if field is not None and not isinstance(node, Call):
            message = f"expected a value, found the field `{self.cut(field)}`"
            self.error("A001", *field.span, message, help="Compute on the left side: `a - b > 0`.")
        return node

    def _before_now(self, node: Expression) -> None:
        """`eventTimestamp > now() - 1h`: a time that is relative to now is a clause."""
        self.forget(node.start)
        message = "expected a value, found a time before now"
        self.error("A001", *node.span, message, help="Write it behind the conditions, as in `SINCE 1 hour`.")

    def compared_with_null(self, left: Expression, operator: Operator, null: Node) -> Expression:
        negated = operator[1] == "!="
        node = IsNull(left.start, null.end, left, negated)
        if operator[1] not in ("=", "!="):
            self.error("A001", *null.span, "expected a value, found `null`", help="Test for null with `IS NULL`.")
            return node
        test = "IS NOT NULL" if negated else "IS NULL"
        self.foreign(Span(operator[0], null.end), f"`{test}`", f"`{operator[1]} null`", test)
        return node

    def percent_wildcards(self, pattern: Expression) -> None:
        """`%` is plain text in ADQL."""
        if isinstance(pattern, String) and "%" in (pattern.value[:1], pattern.value[-1:]):
            written = self.cut(pattern).replace("%", "*")
            fix = Fix("use `*`", (Edit(pattern.span, written),), safe=False)
            self.warn("E004", pattern.span, "expected `*` as a wildcard, found `%`", help=f"Write {written}.", fix=fix)

    def other_members(self, open_: int, members: list[Expression], close: int) -> list[Expression]:
        written = f"({self.text[members[0].start : members[-1].end]})"
        self.foreign(Span(open_, self.after(close)), "values in `( )`", "`[`", written)
        return [*members, Bad(close, self.after(close), "")]

    def bounds(self, low: Expression, _and: Operator, high: Expression) -> Between:
        """`BETWEEN a AND b`, which some clients send and no documentation has."""
        span = Span(low.start, high.end)
        written = f"[{self.cut(low)}, {self.cut(high)}]"
        fix = Fix(f"write `{written}`", (Edit(span, written),))
        self.warn("E004", span, "expected an interval, found `AND`", help=f"Write `BETWEEN {written}`.", fix=fix)
        return Between(low.start, high.end, low, low, high)

    def infix(self, left: Expression, word: Name, right: Expression, no: Operator | None = None) -> Expression:
        """`x contains "y"` and the like."""
        node, text = self._infix(self.tested(left), word, right)
        if no is not None:
            text = f"NOT {text}" if isinstance(node, Match) else text.replace("=", "!=", 1)
            node = Unary(left.start, node.end, "not", node)
        start = word.start if no is None else no[0]
        self.foreign(Span(start, right.end), "an operator of ADQL", f"`{word.name}`", text)
        return node

    def no_infix(self, left: Expression, no: Operator, word: Name, right: Expression) -> Expression:
        return self.infix(left, word, right, no)

    def _infix(self, left: Expression, word: Name, right: Expression) -> tuple[Expression, str]:
        operator = _MATCHES.get(word.name.lower())
        if operator is not None:
            return Match(left.start, right.end, operator, left, right), f"{operator.upper()} {self.cut(right)}"
        before, after = _AROUND[word.name.lower()]
        text = f"{before}{right.value}{after}" if isinstance(right, String) else f"{before}{self.cut(right)}{after}"
        pattern = String(right.start, right.end, text, "'")
        return Binary(left.start, right.end, "=", left, pattern, word.start), f"= '{text}'"

    def distinct_argument(self, start: int, value: Expression) -> Argument:
        """`count(DISTINCT x)`, put right where the call is known."""
        return Argument(start, value.end, value, direction="distinct")

    def unquoted_interval(self, length: Duration) -> String:
        """`series(eventTimestamp, 10m)`: intervals stand in quotes."""
        written = f"'{length.amount}{length.unit}'"
        fix = Fix("put it in quotes", (Edit(length.span, written),))
        message = f"expected an interval in quotes, found `{self.cut(length)}`"
        self.error("A001", *length.span, message, help=f"Write {written}.", fix=fix)
        return String(length.start, length.end, f"{length.amount}{length.unit}", "'")

    # ---- clauses ----

    def quoted_source(self, start: int, name: String) -> FromClause:
        written = name.value if name.value.isidentifier() else f"`{name.value}`"
        fix = Fix("remove the quotes", (Edit(name.span, written),))
        self.error("A001", *name.span, "expected an event type, found a string", help=f"Write {written}.", fix=fix)
        return FromClause(start, name.end, Name(name.start, name.end, name.value, True))

    def order_in_one(self, start: int, keys: list[Argument]) -> OrderBy:
        span = Span(start, start + len("orderby"))
        fix = Fix("insert a space", (Edit(span, "ORDER BY"),))
        self.error("A005", *span, "expected `ORDER BY`, found one word", help="Write `ORDER BY`.", fix=fix)
        return OrderBy(start, keys[-1].end, keys)

    def group(self, word: Name, _by: Name, keys: list[Expression]) -> Grouping:
        return Grouping(word.start, keys[-1].end, "GROUP BY", keys)

    def facet(self, word: Name, keys: list[Expression]) -> Grouping:
        return Grouping(word.start, keys[-1].end, "FACET", keys)

    def timeseries(self, word: Name, amount: Number | None = None, unit: Name | None = None) -> None:
        letter = unit.name.lower()[0] if unit else "m"
        series = f"series(eventTimestamp, '{amount.text if amount else 1}{letter}')"
        help = f"Put `{series}` first in the `SELECT` list."
        self.error("A001", *word.span, "expected a clause of ADQL, found `TIMESERIES`", help=help)

    def offset(self, word: Name, _count: Number) -> None:
        help = "There is none: read more rows, or page through them with the API's scroll mode."
        self.error("A001", *word.span, "expected a clause of ADQL, found `OFFSET`", help=help)

    # ---- points in time ----

    def ago(self, amount: Number, unit: Name, word: Name | None = None) -> Duration:
        if word is not None:
            span = Span(len(self.text[: word.start].rstrip()), word.end)
            fix = Fix(f"remove `{word.name}`", (Edit(span, ""),))
            message = f"expected no word after the unit, found `{word.name}`"
            self.error("A001", *word.span, message, help=f"Remove `{word.name}`.", fix=fix)
        whole = self._whole(amount)
        end = word.end if word is not None else unit.end
        return Duration(amount.start, end, whole, self._unit(unit.start, unit.end, unit.name))

    def ago_in_one(self, length: Duration, word: Name | None = None) -> Duration:
        at = length.end - len(length.unit)
        fix = Fix("insert a space", (Edit(Span(at, at), " "),))
        message = f"expected a space before `{length.unit}`, found none"
        help = f"Write `{length.amount} {length.unit}`."
        self.warn("A005", length.span, message, help=help, fix=fix)
        return self.ago(
            Number(length.start, at, length.amount, str(length.amount)), Name(at, length.end, length.unit), word
        )

    def _whole(self, amount: Number) -> int:
        if isinstance(amount.value, int):
            return amount.value
        self.error("A001", *amount.span, f"expected a whole number, found `{amount.text}`", help="Use a smaller unit.")
        return int(amount.value)

    def _unit(self, start: int, end: int, unit: str) -> str:
        if unit.lower() in UNITS:
            return unit.lower()
        meant = _OTHER_UNITS.get(unit.lower())
        fix = Fix(f"write `{meant}`", (Edit(Span(start, end), meant),)) if meant else None
        known = "Units are m (minutes), h (hours), d (days) and w (weeks)."
        self.error("A001", start, end, f"expected a unit of time, found `{unit}`", help=known, fix=fix)
        return meant or "m"

    def instant(self, text: String) -> Number:
        """A time in quotes: only its milliseconds can stand here."""
        found = parse_instant(text.value)
        millis = found.nanos // 1_000_000 if found else 0
        fix = Fix("write milliseconds", (Edit(text.span, str(millis)),)) if found else None
        help = f"Write `{millis}`." if found else _MOMENT
        self.error("A001", *text.span, "expected a number, found a string", help=help, fix=fix)
        return Number(text.start, text.end, millis, str(millis))

    def no_moment(self, node: Any) -> Number:
        if not isinstance(node, Bad):
            start, end = node.span
            self.error("A001", start, end, f"expected a point in time, found `{self.cut(node)}`", help=_MOMENT)
        return Number(node.start, node.end, 0, "0")


_MATCHES = {"ilike": "like", "rlike": "regexp", "regex": "regexp", "matches": "regexp"}
_AROUND = {
    "contains": ("*", "*"),
    "startswith": ("", "*"),
    "starts_with": ("", "*"),
    "endswith": ("*", ""),
    "ends_with": ("*", ""),
}


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"
