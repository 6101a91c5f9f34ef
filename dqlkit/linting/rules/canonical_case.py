"""S001."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from dqlkit import functions
from dqlkit.diagnostics import Edit, Fix
from dqlkit.functions import Function
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.command import Command
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("S001", "canonical-case", severity="info")
def canonical_case(subject: Subject) -> Findings:
    """A command or function in another letter case than its own.

    What: Names are found in any letter case; one of them is how they are documented.
    Why: One spelling is easier to search for.
    Bad: `fetch logs, from:-1h | Summarize errors = countif(status == "ERROR")`
    Good: `fetch logs, from:-1h | summarize errors = countIf(status == "ERROR")`
    """
    calls = [(call.function, _instead(call.function.name, functions.find)) for call in subject.calls()]
    stages = [(command.name, _instead(command.name.name, commands.find)) for command in subject.commands()]
    for written, name in (*calls, *stages):
        if name:
            fix = Fix(f"Write `{name}`", (Edit(written.span, name),))
            yield subject.finding(written.span, f"`{written.name}` is written `{name}`.", fix=fix)


@lru_cache(maxsize=1024)
def _instead(written: str, find: Callable[[str], Function[..., Any] | Command | None]) -> str:
    """The name that is meant, where it is another one but for letter case; else empty."""
    known = find(written)
    same = known is None or known.name == written or known.name.lower() != written.lower()
    return "" if known is None or same else known.name
