"""The examples in the documentation of every function, and what a declaration promises of its inverse."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dqlkit import Query
from dqlkit.languages.adql.format import format
from dqlkit.languages.adql.function import AdqlFunction
from dqlkit.languages.adql.functions import find, functions
from dqlkit.languages.adql.lift import lift
from dqlkit.types.text import format_instant
from dqlkit.types.values import Timestamp, Value
from tests.languages.adql.running import plan_of, rows

EVENTS: list[dict[str, Value]] = [
    {"app": app, "ms": ms, "eventTimestamp": Timestamp((1_700_000_000 + 60 * k) * 1_000_000_000)}
    for k, (app, ms) in enumerate([("Shop", 120), ("Shop", 80), ("Desk", 40), (None, None)])
]
_EXAMPLE = re.compile(r">>> (.+)\n\s*(.+)")
EXAMPLES = [(f, text, answer) for f in functions().values() for text, answer in _EXAMPLE.findall(f.documentation)]


def shown(value: Value) -> Any:
    """A value as the examples write it."""
    if isinstance(value, Timestamp):
        return format_instant(value)[:23] + "Z"
    if isinstance(value, dict):
        return {name: shown(member) for name, member in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("function", "text", "answer"), EXAMPLES, ids=[text for _, text, _ in EXAMPLES])
def test_example(function: AdqlFunction, text: str, answer: str) -> None:
    limit = " LIMIT 1" if function.family == "scalar" else ""
    found = [[shown(cell) for cell in row] for row in rows(f"SELECT {text} FROM t{limit}", EVENTS)]
    wanted = json.loads(answer)
    assert found == (wanted if isinstance(wanted, list) and isinstance(wanted[0], list) else [[wanted]])


def test_every_function_has_an_example() -> None:
    assert not set(functions().values()) - {function for function, _, _ in EXAMPLES}


@pytest.mark.parametrize("text", [text for _, text, _ in EXAMPLES])
def test_example_is_written_again(text: str) -> None:
    plan = plan_of(f"SELECT {text} FROM t")
    lifted = lift(plan)
    assert plan_of(format(lifted.parsed)) == plan


@pytest.mark.parametrize("text", [text for _, text, _ in EXAMPLES])
def test_example_runs_in_dql(text: str) -> None:
    translation = Query(f"SELECT {text} FROM t", "adql").translate("dql")
    assert not Query(translation.text).errors


_LITERALS = ["5", "2.5", "'abc'", "'2026-01-05T00:00:00Z'", "true", "field", "eventTimestamp", "a.b"]


@pytest.mark.parametrize("name", sorted(functions()))
@pytest.mark.parametrize("argument", _LITERALS)
def test_what_is_right_in_adql_is_right_in_dql(name: str, argument: str) -> None:
    """An argument of any type is turned down by ADQL, or translates to text that DQL takes."""
    function = find(name)
    assert function is not None
    others = {"Percentage": "50", "Step": "'1h'", "Limit": "7", "Test": "WHERE a = 1", "Condition": "a = 1"}
    parameters = function.signature.required
    given = [argument, *(others.get(parameter.kind.role, argument) for parameter in parameters[1:])]
    if parameters and parameters[0].kind.role == "Metric":
        given[0] = f"max({argument})"
    query = Query(f"SELECT {function.name}({', '.join(given[: len(parameters)])}) AS v FROM t", "adql")
    if not query.errors:
        translation = query.translate("dql")
        assert translation.text, translation.diagnostics
        assert not Query(translation.text).errors, translation.text
