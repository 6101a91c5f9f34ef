"""The examples in the documentation of every function, on every engine."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dqlkit.functions import Function, catalogue
from dqlkit.functions.function import declared
from tests.engines.every import alike, constant
from tests.functions.running import CONTEXT, bound, on_every_engine, with_columns

catalogue()
_EXAMPLE = re.compile(r">>> (.+)\n\s*(.+)")
EXAMPLES = [(f, query, answer) for f in declared() for query, answer in _EXAMPLE.findall(f.documentation)]


@pytest.mark.parametrize(("function", "query", "answer"), EXAMPLES, ids=[f"{f.name}: {q}" for f, q, _ in EXAMPLES])
def test_example(function: Function[..., Any], query: str, answer: str) -> None:
    wanted, expression = constant(bound(answer), CONTEXT), bound(query)
    assert alike(wanted, constant(expression, CONTEXT))
    moved, row = with_columns(expression)
    (found,), _ = on_every_engine(moved, [row])
    assert alike(wanted, found)


def test_every_scalar_function_has_documentation() -> None:
    assert not [f.name for f in declared() if not f.documentation.strip()]
