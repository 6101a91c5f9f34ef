"""The canonical text of a query, and the names of unnamed columns. Trees are normalised, then printed on fixed rules.

A declaration decides how its arguments are written: in the order of definition, named ones as `name:value`, several
values of a named parameter in braces even if it is only one, positional ones in braces where something else is written
beside them. What does not fit its declaration, or has none, is printed as it stands.

The service's form changed over the years; this is the newest one. So answers from between August 2024 and April 2025
differ in days, which were written as hours then (`7d` as `168h`), and answers before February 2024 in assignments, which
were written `expression, alias:name`. Triple-quoted text stays so, but for `data json:`, whose text is read when the query
is and is written in plain quotes. What no answer shows is decided here: hexadecimal numbers and exponents stay as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dqlkit.frozen import replace
from dqlkit.functions.signature import Parameter, Signature
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.format import DqlPrinter, signatures
from dqlkit.languages.dql.matching import match
from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.syntax.comments import Gap
from dqlkit.languages.syntax.fold import Normaliser
from dqlkit.languages.syntax.layout import LINE, Cat, Doc, Indent, blank_inside, render
from dqlkit.languages.syntax.tree import (
    Argument,
    Binary,
    Boolean,
    Call,
    Each,
    Expression,
    Group,
    Index,
    Name,
    Node,
    Null,
    Number,
    Parentheses,
    String,
    Unary,
)

__all__ = ["canonical", "column_text"]


def canonical(node: Node) -> str:
    """The canonical text of a query or an expression, as the service's `canonicalQuery` has it.

    One command a line; comments and needless parentheses are gone; defaults, aliases and orders have one spelling.
    """
    return _print(_Canonical().normalise(node))


def column_text(expression: Expression) -> str:
    """The name of a column without an alias that nothing declares: a field's own, else the canonical text."""
    node = _Canonical().normalise(expression)
    return node.name if isinstance(node, Name) else _print(node)


def _print(node: Node) -> str:
    printer = _CanonicalPrinter()
    printer.fold(node)
    return render(printer.whole(node), indent="\t")


class _Canonical(Normaliser):
    """Makes a normalised copy of a tree, which prints as the canonical text."""

    # ---- expressions --------------------------------------------------------------------------------------------

    def string(self, node: String) -> Node:
        return String(-1, -1, node.value, _TRIPLE if node.quote == _TRIPLE else '"')

    def number(self, node: Number) -> Node:
        return Number(-1, -1, node.value, _shortest(node))

    def unary(self, node: Unary) -> Node:
        return Unary(-1, -1, node.operator, self._operand(node.operand))

    def binary(self, node: Binary) -> Node:
        operator = "!=" if node.operator == "<>" else node.operator
        return Binary(-1, -1, operator, self._operand(node.left), self._operand(node.right))

    def _operand(self, node: Expression) -> Expression:
        """An operand; a search in a sub-query stands in parentheses there."""
        operand: Expression = self.of(node)
        if isinstance(operand, Binary) and isinstance(operand.right, Subquery):
            return Parentheses(-1, -1, operand)
        return operand

    def index(self, node: Index) -> Node:
        return Index(-1, -1, self.of(node.base), self.of(node.index))

    def each(self, node: Each) -> Node:
        return Each(-1, -1, self.of(node.base))

    def group(self, node: Group) -> Node:
        return Group(-1, -1, [self.of(member) for member in node.members])

    def argument(self, node: Argument) -> Node:
        direction = "" if node.direction == "asc" else node.direction
        return Argument(-1, -1, self.of(node.value), node.name, node.alias, direction)

    # ---- calls and commands -------------------------------------------------------------------------------------

    def call(self, node: Call) -> Node:
        name, known = signatures(node.function.name)
        arguments = [self.of(argument) for argument in node.arguments]
        return Call(-1, -1, Name(-1, -1, name), _in_order(arguments, known))

    def command(self, node: Command) -> Node:
        declared = commands.find(node.name.name)
        arguments = _in_order(list(map(self.of, node.arguments)), [declared.signature] if declared else [])
        return Command(-1, -1, node.name, arguments, node.bad, node.hole)

    def pipeline(self, node: Pipeline) -> Node:
        return Pipeline(-1, -1, [self.of(command) for command in node.commands], node.leading_pipe)

    def subquery(self, node: Subquery) -> Node:
        return Subquery(-1, -1, self.of(node.pipeline))


_TRIPLE = '"""'


def _shortest(node: Number) -> str:
    """The digits of a number without leading and trailing zeros; a double keeps one digit after its point."""
    if node.text[:2].lower() == "0x":
        return node.text
    if isinstance(node.value, int):
        return str(node.value)
    digits, exponent = re.fullmatch(r"([0-9.]*)(.*)", node.text).groups()  # type: ignore[union-attr]
    whole, point, fraction = digits.partition(".")
    return f"{whole.lstrip('0') or '0'}{point}{point and (fraction.rstrip('0') or '0')}{exponent}"


def _in_order(arguments: Sequence[Argument], known: Iterable[Signature]) -> list[Argument]:
    """Order arguments by the first signature that they fit; unchanged where they fit none."""
    for signature in known:
        matched = match(signature, arguments, "", Name(0, 0, ""))
        if not any(diagnostic.severity == "error" for diagnostic in matched.diagnostics):
            given = [one for parameter in signature.parameters for one in _written(parameter, matched.given)]
            return given + matched.beyond
    return list(arguments)


def _written(parameter: Parameter, given: dict[str, list[Argument]]) -> list[Argument]:
    """The arguments that write the values of one parameter."""
    values = given.get(parameter.name)
    if values is None:
        return []
    if parameter.kind.role == "plain":
        values = [_plainly_quoted(value) for value in values]
    if not (parameter.named or parameter.kind.spelled):
        grouped = parameter.kind.many or (len(values) > 1 and len(given) > 1)
        return [Argument(-1, -1, Group(-1, -1, values))] if grouped else values
    name = Name(-1, -1, parameter.name)
    if len(values) == 1 and not parameter.variadic and not parameter.kind.many:
        return [replace(values[0], name=name)]
    return [Argument(-1, -1, Group(-1, -1, values), name)]


def _plainly_quoted(argument: Argument) -> Argument:
    """A text that the command reads itself, in plain quotes whatever it was written in."""
    value = argument.value
    return replace(argument, value=String(-1, -1, value.value)) if isinstance(value, String) else argument


class _CanonicalPrinter(DqlPrinter):
    """One line a command, whatever its length; a sub-query of several commands stands in lines of its own."""

    colon = ":"
    chained = frozenset()

    def boolean(self, node: Boolean) -> Doc:
        return "TRUE" if node.value else "FALSE"

    def null(self, _node: Null) -> Doc:
        return "NULL"

    def word(self, operator: str) -> str:
        return operator.upper() if operator in ("and", "or", "xor", "not") else operator

    def bracketed(self, open: str, items: Sequence[Doc], close: str, **_comments: Sequence[Doc]) -> Doc:
        blank = blank_inside(open, items)
        parts: list[Doc] = [open + blank]
        for index, item in enumerate(items):
            parts += [", ", item] if index else [item]
        return Cat([*parts, blank + close])

    def piped(self, stage: Doc) -> Doc:
        return Cat(["| ", stage])

    def subquery(self, node: Subquery) -> Doc:
        stages = self.stages(node.pipeline, Gap(), -1)
        if len(node.pipeline.commands) == 1:
            return Cat(["[", stages, "]"])
        return Indent(Cat([LINE, "[", Indent(Cat([LINE, stages])), LINE, "]"]))
