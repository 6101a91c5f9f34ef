"""Builds calls of functions: the one place that aligns arguments with parameters."""

from __future__ import annotations

from typing import Any

from dqlkit.diagnostics import Span
from dqlkit.functions import Function
from dqlkit.plan.expressions import Argument, Call

__all__ = ["call"]


def call(function: Function[..., Any], *arguments: Argument, span: Span | None = None, **named: Argument) -> Call:
    """A call with arguments by position, where a variadic parameter takes all that are left, or by Python name.

    A parameter for which nothing is given is None, a variadic one empty.
    """
    given = list(arguments)
    aligned: list[Argument] = []
    for parameter in function.signature.parameters:
        if parameter.python in named:
            aligned.append(named.pop(parameter.python))
        elif parameter.variadic:
            aligned.append(tuple(given))  # type: ignore[arg-type]
            given = []
        else:
            aligned.append(given.pop(0) if given and not parameter.named else None)
    assert not given, (function, given)
    assert not named, (function, named)
    return Call(function, tuple(aligned), span=span)
