"""The codes of diagnostics that no lint rule has: of running a query (R0…), of its data (R1…), of translation (T…).

    code("R001", "missing-table", \"\"\"
        A table that the query reads and nobody gave.

        What that means, and what to do.
        \"\"\")

Each is declared in one file of this folder, beside its kin; whoever reports it names it. Codes of rules are declared by the
rules themselves.
"""

from __future__ import annotations

import inspect
import os
from functools import cache
from importlib import import_module

from dqlkit.diagnostics import Severity
from dqlkit.frozen import frozen

__all__ = ["Code", "code", "codes"]


@frozen
class Code:
    """A code, its name in words, and what is to be known of it; the first line is a summary."""

    code: str
    name: str
    severity: Severity
    documentation: str

    @property
    def summary(self) -> str:
        return self.documentation.split("\n", 1)[0]


_DECLARED: dict[str, Code] = {}


def code(code: str, name: str, documentation: str, severity: Severity = "error") -> Code:
    """Declare a code."""
    assert code not in _DECLARED, f"{code} is declared twice"
    made = _DECLARED[code] = Code(code, name, severity, inspect.cleandoc(documentation))
    return made


@cache
def codes() -> dict[str, Code]:
    """All of them, in order."""
    for file in sorted(os.listdir(os.path.dirname(__file__))):
        name, ending = os.path.splitext(file)
        if ending == ".py" and name != "__init__":
            import_module(f"{__name__}.{name}")
    return dict(sorted(_DECLARED.items()))
