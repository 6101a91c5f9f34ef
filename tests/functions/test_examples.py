"""The examples in the documentation of every function, on both engines."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dqlkit.engines.reference import Interpreter
from dqlkit.functions import Function, functions
from dqlkit.functions.function import declared
from tests.functions.running import CONTEXT, alike, bound, on_both_engines, with_columns

functions()
_EXAMPLE = re.compile(r">>> (.+)\n\s*(.+)")
EXAMPLES = [(f, query, answer) for f in declared() for query, answer in _EXAMPLE.findall(f.documentation)]


@pytest.mark.parametrize(("function", "query", "answer"), EXAMPLES, ids=[f"{f.name}: {q}" for f, q, _ in EXAMPLES])
def test_example(function: Function[..., Any], query: str, answer: str) -> None:
    wanted = Interpreter({}, CONTEXT).constant(bound(answer))
    expression = bound(query)
    assert alike(wanted, Interpreter({}, CONTEXT).constant(expression))
    moved, row = with_columns(expression)
    expected, actual, _ = on_both_engines(moved, [row])
    assert alike(wanted, expected[0])
    assert alike(wanted, actual[0])


def test_every_scalar_function_has_documentation() -> None:
    assert not [f.name for f in declared() if not f.documentation.strip()]
