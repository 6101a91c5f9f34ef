"""`query:parse`: the tree of a query as the Grail API writes it.

The tree is that of the canonical text: its terminals, put together, are that text, blanks and pipes included. A terminal that
the user wrote says where; one that the canonical text adds has no place. Within a command the canonical text may order parameters
anew, so a terminal is looked for in the whole of the user's command.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from dqlkit.diagnostics import Span
from dqlkit.errors import DqlkitError
from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.statement import Statement
from dqlkit.languages.syntax import tree as syntax
from dqlkit.languages.syntax.tree import Argument, Node
from dqlkit.regex import regex
from dqlkit.serve.problems import fault_of
from dqlkit.wire.positions import position

__all__ = ["tree_of"]

Json: TypeAlias = dict[str, Any]

_CONTAINERS: dict[type[Node], str] = {
    Pipeline: "QUERY",
    Subquery: "EXECUTION_BLOCK",
    Command: "COMMAND",
    syntax.Group: "GROUP",
    syntax.Call: "FUNCTION",
    syntax.Binary: "EXPRESSION",
    syntax.Unary: "EXPRESSION",
    syntax.Parentheses: "EXPRESSION",
    syntax.Index: "EXPRESSION",
    syntax.Each: "EXPRESSION",
}
_LEAVES: dict[type[Node], str] = {
    syntax.String: "STRING",
    syntax.Number: "NUMBER",
    syntax.Null: "NULL",
    syntax.Variable: "VARIABLE",
    syntax.Name: "SIMPLE_IDENTIFIER",
}
_NAMED = {"command": "COMMAND_NAME", "function": "FUNCTION_NAME", "table": "DATA_OBJECT", "metric": "METRIC_KEY"}
_SIGNS = {
    ",": "COMMA", ":": "COLON", "=": "ASSIGNMENT", "|": "PIPE", "\n": "LINEBREAK", ".": "DOT", "(": "PARENTHESIS_OPEN",
    ")": "PARENTHESIS_CLOSE", "{": "BRACE_OPEN", "}": "BRACE_CLOSE", "[": "BRACKET_OPEN", "]": "BRACKET_CLOSE",
}  # fmt: skip
_BETWEEN = regex(r"\n|[^\S\n]+|\w+|[-<>!=+*/%~@]+|.")
_WORD = regex(r'`[^`]*`|"(?:\\.|[^"\\])*"|\d+(?:\.\d+)?|[\w.$#]+|[-<>!=+*/%~@]+|\S')


def tree_of(query: str) -> Json:
    """The tree of a query. Raises a `Fault` for one that is wrong."""
    statement = Statement(query)
    try:
        statement.ready()
    except DqlkitError as problem:
        raise fault_of(problem, query) from None
    return _Builder(statement, Statement(statement.canonical())).tree()


class _Builder:
    """Builds the tree of the canonical statement, with places in the user's text."""

    def __init__(self, user: Statement, canonical: Statement) -> None:
        self.user, self.text = user, canonical.text
        assert isinstance(canonical.parsed.tree, Pipeline)
        self.pipeline = canonical.parsed.tree
        self.roles = {found.span: found.kind for found in canonical._bound.references}
        self.places: dict[str, list[Span]] = {}
        self.last = 0

    def tree(self) -> Json:
        assert isinstance(self.user.parsed.tree, Pipeline)
        written = self.user.parsed.tree.commands
        children: list[Json] = []
        for number, command in enumerate(self.pipeline.commands):
            before = self.pipeline.commands[number - 1].end if number else 0
            own = written[number] if number < len(written) else None
            if number:
                self._look_in(written[number - 1].end, own.start if own else written[number - 1].end)
                children.append(_container("COMMAND_SEPARATOR", self._gap(before, command.start)))
            self._look_in(*((own.start, own.end) if own else (0, 0)))
            children.append(self._command(command))
        return _container("QUERY", children)

    def _look_in(self, start: int, end: int) -> None:
        """From now on look for terminals in this part of the user's text."""
        self.places, self.last = {}, start
        comments = [comment.span for comment in self.user.parsed.comments]
        for found in _WORD.finditer(self.user.text, start, end):
            if not any(comment.start <= found.start() < comment.end for comment in comments):
                self.places.setdefault(found[0].casefold(), []).append(Span(*found.span()))

    def _command(self, command: Command) -> Json:
        children = [self._terminal("COMMAND_NAME", command.name.start, command.name.end)]
        if command.arguments:
            first = command.arguments[0].start
            children += [*self._gap(command.name.end, first), self._parameters(command.arguments)]
        return _container("COMMAND", children)

    def _parameters(self, arguments: list[Argument]) -> Json:
        children: list[Json] = []
        for number, argument in enumerate(arguments):
            if number:
                gap = self._gap(arguments[number - 1].end, argument.start)
                children.append(_container("PARAMETER_SEPARATOR", gap))
            children.append(self._argument(argument))
        return _container("PARAMETERS", children)

    def _argument(self, argument: Argument) -> Json:
        named = argument.name or argument.alias
        behind = self._gap(argument.value.end, argument.end)
        if named is None and not behind:
            return self._node(argument.value)
        if named is None:
            return _container("EXPRESSION", [self._node(argument.value), *behind])
        role = "PARAMETER_KEY" if argument.name else "SIMPLE_IDENTIFIER"
        key = self._terminal(role, named.start, named.end)
        sign = self._gap(named.end, argument.value.start)
        naming = _container("PARAMETER_NAMING" if argument.name else "PARAMETER_ASSIGNMENT", [key, *sign])
        return _container("PARAMETER_WITH_KEY", [naming, self._node(argument.value), *behind])

    def _node(self, node: Node) -> Json:
        if isinstance(node, syntax.Boolean):
            return self._terminal(f"BOOLEAN_{node.value}".upper(), node.start, node.end)
        if isinstance(node, syntax.Duration):
            middle = node.end - len(node.unit)
            parts = (("NUMBER", node.start, middle), ("TIME_UNIT", middle, node.end))
            return _container("DURATION", [self._terminal(*part) for part in parts])
        role = _LEAVES.get(type(node))
        if role is None:
            return _container(_CONTAINERS.get(type(node), "EXPRESSION"), [*self._inside(node)])
        known = _NAMED.get(self.roles.get(node.span, ""))
        leaf = self._terminal(known or role, node.start, node.end)
        return leaf if known or role != "SIMPLE_IDENTIFIER" else _container("IDENTIFIER", [leaf])

    def _inside(self, node: Node) -> Iterator[Json]:
        """What stands between the ends of a node: its parts, and the signs around them."""
        at = node.start
        for part in _parts(node):
            start, end = (part[0].start, part[-1].end) if isinstance(part, list) else (part.start, part.end)
            gap = self._gap(at, start)
            yield from [_container("COMMAND_SEPARATOR", gap)] if gap and isinstance(part, Command) else gap
            yield self._parameters(part) if isinstance(part, list) else self._part(part)
            at = end
        yield from self._gap(at, node.end)

    def _part(self, part: Node) -> Json:
        if isinstance(part, Pipeline):
            return _container("QUERY", [*self._inside(part)])
        return self._command(part) if isinstance(part, Command) else self._node(part)

    def _gap(self, start: int, end: int) -> list[Json]:
        """Blanks, signs and words of operators."""
        return [
            self._terminal(_role(found[0]), found.start(), found.end())
            for found in _BETWEEN.finditer(self.text, start, end)
        ]

    def _terminal(self, role: str, start: int, end: int) -> Json:
        text = self.text[start:end]
        found: Json = {"nodeType": "TERMINAL", "type": role, "canonicalString": text}
        found |= {"isOptional": False, "isMandatoryOnUserOrder": False}
        places = self.places.get(text.casefold())
        if places:
            place = next((one for one in places if one.start >= self.last), places[0])
            places.remove(place)
            self.last = place.end
            found["tokenPosition"] = position(self.user.text, place)
        return found


def _role(text: str) -> str:
    if text.isspace() and text != "\n":
        return "INDENT" if "\t" in text else "SPACE"
    return _SIGNS.get(text) or ("PARAMETER_MODIFIER" if text in ("asc", "desc") else "OPERATOR")


def _parts(node: Node) -> Iterator[Node | list[Argument]]:
    """The parts of a node in the order of the text; arguments together."""
    if isinstance(node, syntax.Call):
        yield node.function
        yield from [node.arguments] if node.arguments else []
    elif isinstance(node, syntax.Group):
        yield from [node.members] if node.members else []
    elif isinstance(node, Pipeline):
        yield from node.commands
    elif isinstance(node, Subquery):
        yield node.pipeline
    else:
        inner = (getattr(node, name, None) for name in ("operand", "left", "right", "inner", "base", "index"))
        yield from (part for part in inner if isinstance(part, Node))


def _container(type: str, children: list[Json]) -> Json:
    found: Json = {"nodeType": "CONTAINER", "type": type, "isOptional": False}
    places = [place for child in children if (place := child.get("tokenPosition"))]
    if places:
        first = min(places, key=lambda place: place["start"]["index"])
        last = max(places, key=lambda place: place["end"]["index"])
        found["tokenPosition"] = {"start": first["start"], "end": last["end"]}
    return {**found, "children": children}
