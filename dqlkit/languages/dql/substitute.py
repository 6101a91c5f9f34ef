"""Variables replaced by their values, in the text, as the vendor's dashboards do it before a query is sent.

`$v` becomes a text literal, `$v:noquote` the bare value, `$v:backtick` a quoted name, `$v:triplequote` a raw literal.
Several values become a list with commas, so that `in(f, array($v))` reads all of them. Numbers and booleans stand bare;
`{"$type": "dql", "dql": "…"}` is a piece of DQL as it is, any other object a `record(…)`, in which a list is an
`array(…)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dqlkit.diagnostics import Diagnostic, error
from dqlkit.languages.syntax.tree import Parsed, Variable, walk
from dqlkit.regex import regex

__all__ = ["substitute"]

_BARE = regex(r"[A-Za-z0-9._-]+")


class _Refused(ValueError):
    """A value that may not be written as asked."""


def substitute(parsed: Parsed, variables: Mapping[str, Any]) -> tuple[str, list[Diagnostic]]:
    """The text with every variable that has a value replaced, and what could not be."""
    pieces: list[str] = []
    diagnostics: list[Diagnostic] = []
    at = 0
    found = (node for node in walk(parsed.tree) if isinstance(node, Variable) and node.name in variables)
    for node in sorted(found, key=lambda node: node.start):
        try:
            shown = _written(variables[node.name], node.mode.lower())
        except _Refused as problem:
            diagnostics.append(error("R007", node.span, f"the value of `${node.name}` {problem}"))
            continue
        pieces += [parsed.text[at : node.start], shown]
        at = node.end
    return "".join([*pieces, parsed.text[at:]]), diagnostics


def _written(value: Any, mode: str) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_member(item, mode) for item in value)
    if isinstance(value, Mapping):
        return _object(value, mode)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return _MODES.get(mode, _literal)(value)


def _object(value: Mapping[str, Any], mode: str) -> str:
    if value.get("$type") == "dql":
        piece = value.get("dql", value.get("$value"))
        if not isinstance(piece, str) or not piece.strip():
            raise _Refused('has the type "dql" and no piece of DQL under `dql`')
        return piece
    members = (f"{_backtick(name)} = {_member(member, mode)}" for name, member in value.items())
    return f"record({', '.join(members)})"


def _member(value: Any, mode: str) -> str:
    """A value inside of a record or an array, where a list cannot be several values."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"array({', '.join(_member(item, mode) for item in value)})"
    return _written(value, mode)


def _literal(value: Any) -> str:
    if isinstance(value, (int, float)):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bare(value: Any) -> str:
    if not _BARE.fullmatch(str(value)):
        raise _Refused("holds other characters than letters, digits, `.`, `_` and `-`, and cannot stand without quotes")
    return str(value)


def _backtick(value: Any) -> str:
    escaped = str(value).replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


def _triple(value: Any) -> str:
    if '"""' in str(value):
        raise _Refused('holds `"""` and cannot stand in triple quotes')
    return f'"""{value}"""'


_MODES = {"noquote": _bare, "backtick": _backtick, "triplequote": _triple}
