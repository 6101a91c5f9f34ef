"""The reference says what is true: the committed text, how functions run, and what the language has."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

import dqlkit
from dqlkit.functions import Function, catalogue, reference
from dqlkit.functions.function import declared
from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql.expressions import operator
from dqlkit.plan.expressions import Call, Column, Expression
from dqlkit.plan.expressions import Literal as LiteralExpression
from dqlkit.plan.expressions import literal as literal_of
from dqlkit.types.kinds import NULL, Record
from dqlkit.types.values import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid
from tests.functions import coverage
from tests.functions.running import on_every_engine
from tests.functions.strategies import READABLE
from tests.shared import needs, shared

catalogue()
DOCUMENT = Path(dqlkit.__file__).parent / "docs" / "functions.md"
CATALOGUE = "reference/dql/catalog.json"
SAMPLES: dict[str, list[Any]] = {
    "boolean": [True, False],
    "long": [1, 2],
    "double": [1.5, 2.5],
    "string": ["a", "b"],
    "timestamp": [Timestamp(0), Timestamp(1)],
    "duration": [Duration(0), Duration(1)],
    "timeframe": [Timeframe(Timestamp(0), Timestamp(1))] * 2,
    "binary": [b"a", b"b"],
    "ip": [Ip(4, 1), Ip(6, 1)],
    "uid": [Uid("uuid", 1), Uid("uid64", 2)],
    "smartscapeid": [SmartscapeId("HOST-1"), SmartscapeId("HOST-2")],
    "geopoint": [GeoPoint(1.0, 2.0)] * 2,
    "array": [[1], [2]],
    "record": [{"a": 1}, {"a": 2}],
}
#: Roles whose arguments cannot be made from a type, and functions that a series answers.
ASKED = [
    f
    for f in declared()
    if f.family in ("scalar", "operator", "aggregation")
    and not f.volatile
    and not f.only
    and all(p.kind.role not in ("block", "pattern", "nameless pattern", "jsonPath") for p in f.signature.parameters)
]


def test_the_committed_reference_is_not_stale() -> None:
    """`dqlkit functions --all > dqlkit/docs/functions.md` mends it."""
    assert DOCUMENT.read_text(encoding="utf-8") == reference.document()


@pytest.mark.parametrize("function", ASKED, ids=[f"{f.family} {f.name}" for f in ASKED])
def test_functions_run_as_the_reference_says(function: Function[..., Any]) -> None:
    support = reference.support(function)
    claims = dict.fromkeys(support.columns, True) | dict.fromkeys(support.rows, False)
    for case, on_columns in claims.items():
        call, rows = _call(function, case, support.literals)
        _, row_by_row = on_every_engine(call, rows)
        assert (function.name not in row_by_row) == on_columns, case


def _call(
    function: Function[..., Any], case: tuple[str, ...], literals: list[str]
) -> tuple[Call, list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = [{}, {}]
    rest = list(case)
    arguments: list[Any] = []
    for parameter in function.signature.parameters:
        if parameter.kind.role == "names":
            arguments.append(LiteralExpression({"a": None}, Record([("a", NULL)])))
            continue
        first = parameter.kind.role in ("expression", "values") and rest
        if not first and not parameter.required and not parameter.variadic:
            arguments.append(None)
            continue
        as_literal = parameter.name in literals
        kind = rest.pop(0) if first else _beside(function.accepted(parameter), case)
        argument = _argument(parameter, kind, as_literal, rows)
        arguments.append((argument,) if parameter.variadic else argument)
    return Call(function, tuple(arguments)), rows


def _beside(accepted: Collection[str], case: tuple[str, ...]) -> str:
    """A type for a further argument that goes with the first one; the arrays of the samples hold longs."""
    if not accepted:
        return "long" if case == ("array",) else "string"
    likely = ("duration",) if case == ("timestamp",) else case
    return next((name for name in (*likely, "long", "string") if name in accepted), min(accepted))


def _argument(parameter: Parameter, kind: str, as_literal: bool, rows: list[dict[str, Any]]) -> Expression:
    values = list(SAMPLES[kind])
    if kind == "string" and (parameter.kind.options or parameter.kind.reads):
        values = [*(parameter.kind.options or READABLE[parameter.kind.reads])][:1] * 2
    if kind == "long" and parameter.kind.minimum:
        values = [int(parameter.kind.minimum)] * 2
    if as_literal or parameter.kind.role == "constant":
        return literal_of(values[0])
    name = f"c{len(rows[0])}"
    for row, value in zip(rows, values, strict=True):
        row[name] = value
    return Column(name)


def test_signatures() -> None:
    def shown(name: str) -> str:
        return reference.signature(reference.find(name)[0])

    contains = "contains(expression string, substring string, [caseSensitive: boolean = true]) -> boolean"
    assert shown("contains") == contains
    assert shown("percentile") == (
        "percentile(expression boolean|double|duration|long|timestamp, percentile double|long {0..100}, "
        "[weight: double|long = 1]) -> boolean|double|duration|timestamp"
    )
    scalar, operator = map(reference.signature, reference.find("in"))
    assert scalar == "in(needle any, haystack… any) -> boolean"
    assert operator == "needle any in query sub-query -> boolean"
    assert shown("==") == "left any == right any -> boolean"


def test_every_function_has_a_page() -> None:
    text = reference.document()
    for function in declared():
        if not function.only and (function.symbol or function.family != "operator"):
            assert f"{reference.signature(function)}\n```" in text, function


@needs(CATALOGUE)
def test_the_language_is_covered() -> None:
    rows = coverage.compare(json.loads(shared(CATALOGUE).read_text(encoding="utf-8"))["functions"])
    assert [text for row in rows for text in row.differences] == []
    assert all(row.declared == row.listed for row in rows)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    from dqlkit.cli import main

    assert main(["functions", "toLong", "@"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("### toLong\n")
    assert "### @ (align)" in shown
    assert main(["functions"]) == 0
    assert "  contains " in capsys.readouterr().out
    assert main(["functions", "tolng"]) == 2
    assert "nearest is 'toLong'" in capsys.readouterr().err


@needs(CATALOGUE)
def test_operators_take_what_the_language_says() -> None:
    tables = json.loads(shared(CATALOGUE).read_text(encoding="utf-8"))["operatorTypeTable"]
    for symbol, rows in tables.items():
        if symbol not in ("+", "-", "*", "/", "%", "neg"):
            continue
        function = operator("-" if symbol == "neg" else symbol, 1 if symbol == "neg" else 2)
        listed = {(left, right, result) if right else (left, result) for left, right, result in rows}
        assert {(*taken, result) for taken, result in function.overloads} == listed, symbol
