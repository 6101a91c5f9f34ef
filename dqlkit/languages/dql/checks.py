"""Type errors: operands (E014) and arguments (E013) whose types, known from literals or computed fields, can never fit.

Only what is known counts: a field of the data may hold anything. Where fields take part whose types follow from the
query, the finding is a warning and the query still runs (the result is null there, as for any value that does not fit);
where none does, it is an error, as for the vendor's service. Arrays in place of their elements are no matter of types
but of a forgotten `[]`, which has a rule of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from dqlkit import functions
from dqlkit.diagnostics import Diagnostic, Span, error, warning
from dqlkit.functions.function import Function, fits
from dqlkit.functions.signature import Parameter
from dqlkit.plan.expressions import Argument, Call, Column, Expression, Item, Literal, walk
from dqlkit.plan.flow import blocks
from dqlkit.plan.operators import Operator
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import ArgumentTypes, infer
from dqlkit.plan.walk import expressions
from dqlkit.types.kinds import ANY, NULL, Array, Type

__all__ = ["TypeChecks"]


class TypeChecks:
    """Collects `diagnostics` for all expressions that it is given. Nothing was found in the operators `checked` before,
    which hold no sub-query."""

    def __init__(self, checked: Collection[int] = ()) -> None:
        self._checked = checked
        self._found: dict[Span, Diagnostic] = {}
        self._blocks: list[Operator] = []

    @property
    def diagnostics(self) -> list[Diagnostic]:
        return list(self._found.values())

    def expression(self, expression: Expression, schema: Schema) -> None:
        """Check an expression over records of a schema."""
        infer(expression, schema, self._call)

    def stage(self, operator: Operator, schema: Schema) -> list[Operator]:
        """Check a stage that such records come into, not the keys of joins, which see two streams.

        What comes back are the sub-queries in its expressions, all of which are met on the way.
        """
        if id(operator) in self._checked:
            return []
        if len(operator.inputs) > 1:
            return blocks(operator)
        self._blocks = []
        for expression in expressions(operator):
            if not isinstance(expression, (Column, Literal)):  # in which nothing is called
                infer(expression, schema, self._call)
        return self._blocks

    def _call(self, call: Call, types: ArgumentTypes, result: Type) -> None:
        if call.function.takes_blocks:
            self._blocks += [argument for argument in call.arguments if isinstance(argument, Operator)]
        for kind in types:
            if kind is not ANY and kind is not None:
                break
        else:
            return  # the most common case by far
        asked = call.function, *types
        if asked in _FITTING:
            return
        found = list(_misfits(call, types, result))
        for diagnostic in found:
            self._found.setdefault(diagnostic.span, diagnostic)
        if not found and not call.function.reads_constants:
            _remember(asked)


#: Functions with types of arguments in which nothing was found before.
_FITTING: set[tuple[object, ...]] = set()
_REMEMBERED = 4096


def _remember(asked: tuple[object, ...]) -> None:
    if len(_FITTING) >= _REMEMBERED:
        _FITTING.clear()
    _FITTING.add(asked)


def _misfits(call: Call, types: ArgumentTypes, result: Type) -> Iterator[Diagnostic]:
    function = call.function
    for parameter, argument, kind in _given(call, types):
        if kind != ANY and not isinstance(kind, Array) and not fits(kind, function.accepted(parameter)):
            yield _unfit_argument(call, parameter, argument, kind)
            return
    if not function.overloads:
        return
    kinds = [kind for kind in types if isinstance(kind, Type)]
    known = not any(kind in (ANY, NULL) or isinstance(kind, Array) for kind in kinds)
    if known and result == NULL:
        message = f"expected operands that `{function.symbol or function.name}` takes together, found {_list(kinds)}"
        yield _finding("E014", call, call.span, message, _help_operands(function, kinds))


def _given(call: Call, types: ArgumentTypes) -> Iterator[tuple[Parameter, Argument, Type]]:
    """The arguments that were written, one by one, with their parameters and types."""
    for parameter, argument, kind in zip(call.function.signature.parameters, call.arguments, types, strict=True):
        if isinstance(argument, tuple) and isinstance(kind, tuple):
            yield from ((parameter, item, one) for item, one in zip(argument, kind, strict=True))
        elif isinstance(kind, Type) and parameter.kind.role not in ("block", "names"):
            yield parameter, argument, kind


def _unfit_argument(call: Call, parameter: Parameter, argument: Argument, kind: Type) -> Diagnostic:
    function, accepted = call.function, call.function.accepted(parameter)
    is_operator = function.family == "operator"
    place = f"beside `{function.symbol}`" if is_operator else f"for `{parameter.name}`"
    span = argument.span if isinstance(argument, Expression) and argument.span else call.span
    message = f"expected {' or '.join(sorted(accepted))} {place}, found {kind.said}"
    culprit = argument if isinstance(argument, Expression) else call
    return _finding("E014" if is_operator else "E013", culprit, span, message, _help(function, accepted, kind.name))


def _finding(code: str, culprit: Expression, span: Span | None, message: str, help: str) -> Diagnostic:
    report = warning if any(isinstance(node, (Column, Item)) for node in walk(culprit)) else error
    return report(code, span or Span(0, 0), message, help=help)


def _help_operands(function: Function[..., Any], kinds: list[Type]) -> str:
    names = [kind.name for kind in kinds]
    odd = next((name for name in ("string", "long", "double") if name in names), names[0])
    others = {"double" if name == "long" else name for name in names if name != odd}
    return _help(function, frozenset(others), odd)


def _list(kinds: list[Type]) -> str:
    return " and ".join(kind.said for kind in kinds)


def _help(function: Function[..., Any], wanted: frozenset[str], found: str) -> str:
    """Help for types that do not fit, where there is a likely fix."""
    if function.symbol == "+" and (found == "string" or "string" in wanted):
        return "Join texts with `concat(…)`."
    if function.symbol in ("+", "-") and "timestamp" in wanted and found in ("long", "double"):
        return "Write a length of time, such as `5m`."
    target = functions.converting_to(wanted) if found == "string" or wanted == {"string"} else None
    return f"Convert with `{target.name}(…)`." if target is not None else ""
