"""B010."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import Number
from dqlkit.lint.orders import limits
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

#: A limit from here on holds a result within bounds, and does not choose from it.
_BOUND = 1000


@rule("B010", "limit-without-sort", severity="warning")
def limit_without_sort(subject: Subject) -> Findings:
    """`limit` of records that were not sorted.

    What: `limit` keeps the first records, and nothing says which ones are first. Limits of 1,000 and more are taken as
    a bound.
    Why: The same query may answer differently each time, and nobody sees it.
    Bad: `fetch logs, from:-1h | limit 10 | fields content`
    Good: `fetch logs, from:-1h | sort timestamp desc | limit 10 | fields content`
    """
    for limit in limits(subject):
        value = limit.command.arguments[0].value if limit.command.arguments else None
        bound = isinstance(value, Number) and value.value >= _BOUND
        if not (limit.sorted or limit.aggregated or bound):
            yield subject.finding(
                limit.command.span, "`limit` keeps an undefined choice of records.", help="Put `sort` in front of it."
            )
