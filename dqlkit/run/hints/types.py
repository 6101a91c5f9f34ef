"""Values that are null because no value of their type can be there."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.functions.context import Notice
from dqlkit.languages.dql.checks import TypeChecks
from dqlkit.run.hints.conditions import never_true
from dqlkit.run.hints.outcome import Outcome

__all__ = ["unfit_values"]


def unfit_values(outcome: Outcome) -> Iterator[Notice]:
    """A notice for each call that takes no value of the types that the records have there."""
    checks = TypeChecks()
    for flow in outcome.flows:
        for operator, schema in flow:
            checks.stage(operator, schema)
    told = {never.span for never, _ in never_true(outcome)}
    for found in (one for one in checks.diagnostics if one.span not in told):
        written = " ".join(outcome.text[found.span.start : found.span.end].split())
        help = f" {found.help}" if found.help else ""
        yield Notice("TYPES_DO_NOT_FIT", f"`{written}`: {found.message}; null then.{help}")
