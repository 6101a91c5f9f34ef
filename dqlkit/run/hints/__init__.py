"""Notices of answers that hold nothing, or nothing where a value was asked for: why that is so.

Each file has one reason. They look at the plan over the schemas of its tables, and at what is known of these after the
run; but for the names of metrics none reads a table again.
"""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.functions.context import Notice
from dqlkit.run.hints.conditions import impossible_conditions, lonely_keys
from dqlkit.run.hints.fields import missing_fields
from dqlkit.run.hints.members import missing_members
from dqlkit.run.hints.metrics import missing_metrics
from dqlkit.run.hints.nested import nested_texts
from dqlkit.run.hints.outcome import Outcome
from dqlkit.run.hints.ranges import excluding_conditions, excluding_ranges
from dqlkit.run.hints.types import unfit_values

__all__ = ["Outcome", "hints"]


def hints(outcome: Outcome) -> Iterator[Notice]:
    """Why there are no records, or no values; types of values only where nothing plainer was found."""
    yield from excluding_ranges(outcome)
    if not outcome.lacks_values:
        return
    found = [notice for reasons in _REASONS for notice in reasons(outcome)]
    yield from found or unfit_values(outcome)


_REASONS = (
    missing_fields,
    missing_members,
    missing_metrics,
    excluding_conditions,
    impossible_conditions,
    lonely_keys,
    nested_texts,
)
