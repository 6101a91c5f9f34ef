"""Which parameter a value without a name may be meant for, by what literals and the results of functions tell."""

from __future__ import annotations

from dqlkit import functions
from dqlkit.functions.signature import Parameter
from dqlkit.languages.syntax.tree import Binary, Boolean, Call, Duration, Name, Node, Number, String, Unary

__all__ = ["suits"]


def suits(value: Node, parameter: Parameter) -> bool:
    """Whether a value may be meant for a parameter, by what literals and the results of functions say of its type."""
    kind = parameter.kind
    if isinstance(value, Name):
        return kind.role not in ("constant", "plain")
    if isinstance(value, String):
        return (not kind.types or "string" in kind.types) and kind.allows(value.value)
    types = _types(value)
    if not types or not kind.types:
        return not types if kind.role in ("name", "renamed", "names pattern") else True
    return not types.isdisjoint(kind.types)


def _types(value: Node) -> frozenset[str]:
    """The names of the types that a value may have; none where nothing is known."""
    if isinstance(value, Number):
        return frozenset({"long" if isinstance(value.value, int) else "double"})
    if isinstance(value, Duration):
        return frozenset({"duration"})
    if isinstance(value, Boolean):
        return frozenset({"boolean"})
    if isinstance(value, Unary):
        return _types(value.operand)
    if isinstance(value, Binary):
        comparing = value.operator not in ("+", "-", "*", "/", "%", "@")
        return frozenset({"boolean"}) if comparing else _types(value.left)
    function = functions.find(value.function.name) if isinstance(value, Call) else None
    return frozenset() if function is None else function.signature.result.types
