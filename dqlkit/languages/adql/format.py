"""ADQL trees to text: the formatter, and the printer that everything else prints with."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from dqlkit.languages.adql import functions
from dqlkit.languages.adql.reserved import RESERVED
from dqlkit.languages.adql.tree import (
    Between,
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
from dqlkit.languages.syntax.layout import LINE, Cat, Doc, List, render
from dqlkit.languages.syntax.printer import Printer
from dqlkit.languages.syntax.tree import Argument, Call, Expression, Name, Node, Null, Parsed, String, Unary
from dqlkit.regex import regex

__all__ = ["AdqlPrinter", "format"]

_BARE = regex(r"[^\W\d]\w*")
_BARE_PART = regex(r"\w+")
_PREDICATE = 4


def format(parsed: Parsed, *, line_width: int = 100) -> str:
    """The text of a tree laid out: one clause a line, long ones broken, the meaning unchanged.

    A text with an error stays as it is. What was formatted once stays as it is when formatted again. There is no line
    end at the end.
    """
    if any(diagnostic.severity == "error" for diagnostic in parsed.diagnostics):
        return parsed.text
    printer = AdqlPrinter(parsed.text, parsed.comments)
    printer.fold(parsed.tree)
    return render(printer.of(parsed.tree), width=line_width)


class AdqlPrinter(Printer):
    """ADQL as people write it: words of the language in capitals, functions in the letter case of their declaration."""

    operators = MappingProxyType(
        {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}
        | dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _PREDICATE)
    )
    prefixes = MappingProxyType({"not": 3, "-": 7, "+": 7})
    unknown_operator = _PREDICATE
    chained = frozenset({"or", "and", "+", "-", "*", "/", "%"})
    associative = frozenset({"and", "or"})
    reserved = RESERVED
    quote = "`"

    # ---- leaves -------------------------------------------------------------------------------------------------

    def spelled_name(self, name: str) -> str:
        """A name with back quotes where it needs them. A back quote itself cannot be written."""
        return name if _BARE.fullmatch(name) and name.lower() not in self.reserved else f"`{name}`"

    def name(self, node: Name) -> Doc:
        """A field that was written in single quotes gets back quotes."""
        source = self.source(node)
        return self.spelled_name(node.name) if source[:1] in ("'", '"', "") else source

    def path(self, node: Path) -> Doc:
        written = self.source(node)
        if written:
            return written
        first, *rest = (part.name for part in node.parts)
        return ".".join([self.spelled_name(first), *(n if _BARE_PART.fullmatch(n) else f"`{n}`" for n in rest)])

    def string(self, node: String) -> Doc:
        return self.source(node) or self.spelled_string(node.value)

    def spelled_string(self, value: str) -> str:
        quote = '"' if "'" in value and '"' not in value else "'"
        return quote + value.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote

    def null(self, _node: Null) -> Doc:
        return "NULL"

    def everything(self, _node: Everything) -> Doc:
        return "*"

    # ---- conditions ---------------------------------------------------------------------------------------------

    def word(self, operator: str) -> str:
        return operator.upper()

    def level(self, node: Expression) -> int:
        if isinstance(node, (Membership, Between, Match, IsNull)):
            return _PREDICATE
        return super().level(node)

    def unary(self, node: Unary) -> Doc:
        doc = super().unary(node)
        if node.operator == "-" and isinstance(node.operand, Unary) and not isinstance(doc, str):
            return Cat(["-", self.parenthesised(node.operand)])
        return doc

    def _tested(self, node: Expression) -> Doc:
        return self.operand(node, _PREDICATE + 1)

    def membership(self, node: Membership) -> Doc:
        items = [(member, self.of(member)) for member in node.members]
        word = " NOT IN " if node.negated else " IN "
        return Cat([self._tested(node.operand), word, self.enclosed("(", items, ")", node.operand.end, node.end)])

    def between(self, node: Between) -> Doc:
        word = " NOT BETWEEN " if node.negated else " BETWEEN "
        low, high = "(" if node.open_low else "[", ")" if node.open_high else "]"
        return Cat([self._tested(node.operand), word, low, self.of(node.low), ", ", self.of(node.high), high])

    def match(self, node: Match) -> Doc:
        word = f" NOT {node.operator.upper()} " if node.negated else f" {node.operator.upper()} "
        return Cat([self._tested(node.operand), word, self.of(node.pattern)])

    def isnull(self, node: IsNull) -> Doc:
        return Cat([self._tested(node.operand), " IS NOT NULL" if node.negated else " IS NULL"])

    def whereargument(self, node: WhereArgument) -> Doc:
        return Cat(["WHERE ", self.of(node.condition)])

    def call(self, node: Call) -> Doc:
        function = functions.find(node.function.name)
        name = function.name if function else node.function.name
        items: list[tuple[Node, Doc]] = [(argument, self.of(argument.value)) for argument in node.arguments]
        return Cat([name, self.enclosed("(", items, ")", node.function.end, node.end)])

    # ---- clauses ------------------------------------------------------------------------------------------------

    def query(self, node: Query) -> Doc:
        parts: list[Doc] = []
        for clause in node.clauses():
            parts += [*self.between_clauses(parts), self.of(clause)]
        return Cat(parts)

    def between_clauses(self, before: Sequence[Doc]) -> list[Doc]:
        return [LINE] if before else []

    def _listed(self, words: str, docs: Sequence[Doc]) -> Doc:
        return List(f"{words} ", docs, "")

    def select(self, node: Select) -> Doc:
        return self._listed("SELECT DISTINCT" if node.distinct else "SELECT", [self._item(item) for item in node.items])

    def _item(self, item: Argument) -> Doc:
        value = self.of(item.value)
        return value if item.alias is None else Cat([value, " AS ", self.alias(item.alias)])

    def alias(self, alias: Name) -> str:
        """The name of a column: in double quotes where it is no plain word."""
        if _BARE.fullmatch(alias.name) and alias.name.lower() not in self.reserved:
            return alias.name
        return '"' + alias.name.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def fromclause(self, node: FromClause) -> Doc:
        return Cat(["FROM ", self.of(node.event_type)])

    def where(self, node: Where) -> Doc:
        return Cat(["WHERE ", self.of(node.condition)])

    def having(self, node: Having) -> Doc:
        return Cat(["HAVING ", self.of(node.condition)])

    def since(self, node: Since) -> Doc:
        moments = [self.moment(moment) for moment in (node.first, node.last) if moment is not None]
        return "SINCE " + " UNTIL ".join(moments)

    def moment(self, node: Node) -> str:
        """Milliseconds, or a length of time with its unit."""
        return f"{node.amount} {node.unit}" if hasattr(node, "unit") else str(node.value)  # type: ignore[attr-defined]

    def orderby(self, node: OrderBy) -> Doc:
        return self._listed("ORDER BY", [self._key(key) for key in node.keys])

    def _key(self, key: Argument) -> Doc:
        return Cat([self.of(key.value), f" {key.direction.upper()}"]) if key.direction else self.of(key.value)

    def limit(self, node: Limit) -> Doc:
        return "LIMIT " + ", ".join(str(count.value) for count in node.counts)
