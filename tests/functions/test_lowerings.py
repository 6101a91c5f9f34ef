"""Every lowering against the body of its function, on columns made from the signature."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.functions import Function, catalogue
from dqlkit.functions.function import declared
from dqlkit.plan.expressions import Call, Column, Expression, Literal, literal
from dqlkit.types.kinds import NULL, Record
from tests.functions.running import on_every_engine
from tests.functions.strategies import column, column_types, values
from tests.functions.test_independent import ASK_POLARS
from tests.profiles import examples

catalogue()
ROWS = 6
#: What `test_independent.py` defines a second time is left out: its body would be compared with itself. So are
#: roles whose arguments a generator of plain values cannot make, and functions that are not the same twice.
TESTED = [
    f
    for f in declared()
    if f.lowerings
    and not f.volatile
    and f.name not in ASK_POLARS
    and all(p.kind.role not in ("block", "pattern", "jsonPath") for p in f.signature.parameters)
]


@st.composite
def calls(draw: st.DrawFn, function: Function[..., Any]) -> tuple[Call, list[dict[str, Any]]]:
    """A call over columns and literals, and the records for it."""
    columns: dict[str, list[Any]] = {}
    shared: dict[str, str] = {}

    def one(parameter: Any, variable: str) -> Expression:
        kinds = column_types(function, parameter)
        kind = shared.setdefault(variable, draw(st.sampled_from(kinds))) if variable else draw(st.sampled_from(kinds))
        if parameter.kind.role == "constant" or draw(st.integers(0, 3)) == 0:
            return literal(draw(values(parameter, kind)))
        name = f"c{len(columns)}"
        columns[name] = draw(column(kind, ROWS, values(parameter, kind) if kind == "string" else None))
        return Column(name)

    arguments: list[Any] = []
    for parameter in function.signature.parameters:
        if parameter.kind.role == "names":
            arguments.append(Literal({"a": None}, Record([("a", NULL)])))
        elif parameter.variadic:
            count = 1 if function.signature.parameters[0].kind.role == "names" else draw(st.integers(1, 3))
            arguments.append(tuple(one(parameter, parameter.kind.variable) for _ in range(count)))
        elif not parameter.required and draw(st.booleans()):
            arguments.append(None)
        else:
            arguments.append(one(parameter, parameter.kind.variable))
    rows = [{name: values[k] for name, values in columns.items()} for k in range(ROWS)]
    return Call(function, tuple(arguments)), rows


@pytest.mark.parametrize("function", TESTED, ids=[f"{f.family} {f.name}" for f in TESTED])
@examples(15)
@given(data=st.data())
def test_lowering_equals_body(function: Function[..., Any], data: st.DataObject) -> None:
    call, rows = data.draw(calls(function))
    on_every_engine(call, rows)
