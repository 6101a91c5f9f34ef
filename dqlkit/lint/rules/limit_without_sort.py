"""B010."""

from __future__ import annotations

from dataclasses import replace

from dqlkit.languages.syntax.tree import Number
from dqlkit.lint.orders import limits
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

#: A limit from here on holds a result within bounds, and does not choose from it.
_BOUND = 500
#: Where queries are run by hand, to have a look at some records.
_BY_HAND = ("file", "notebook")


@rule("B010", "limit-without-sort", severity="warning")
def limit_without_sort(subject: Subject) -> Findings:
    """`limit` of records that were not sorted.

    What: `limit` keeps the first records, and nothing says which ones are first. Limits of 500 and more are taken as
    a bound. Outside of dashboards and workflows a few records may be all that is wanted: for records that stand for
    themselves, and not for groups or series, it is only a note there.
    Why: The same query may answer differently each time, and nobody sees it.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{host.name} | limit 10`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{host.name} | sort n desc | limit 10`
    """
    for limit in limits(subject):
        value = limit.command.arguments[0].value if limit.command.arguments else None
        chooses = not isinstance(value, Number) or 0 < value.value < _BOUND
        if limit.sorted or limit.aggregated or not chooses:
            continue
        help = "Put `sort` in front of it."
        found = subject.finding(limit.command.span, "`limit` keeps an undefined choice of records.", help=help)
        yield found if limit.grouped or subject.context not in _BY_HAND else replace(found, severity="info")
