"""B010."""

from __future__ import annotations

from dataclasses import replace

from dqlkit.languages.dql.tree import Command
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
    """`limit` of records that were not sorted, or `dedup` without a `sort:`.

    What: `limit` keeps the first records, `dedup` the first of each kind, and nothing says which ones are first. It is
    only a note for `dedup`, for limits of 500 and more, which bound a result and do not choose from it, and outside of
    dashboards and workflows for records that stand for themselves and not for groups or series: a few of them may be all
    that is wanted.
    Why: The same query may answer differently each time, and nobody sees it.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{host.name} | limit 10`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{host.name} | sort n desc | limit 10`
    """
    for limit in limits(subject):
        if limit.sorted or limit.aggregated:
            continue
        name = limit.command.name.name.lower()
        size = _size(limit.command) if name == "limit" else 0
        message = f"`{name}` keeps an undefined choice of records."
        if size or name == "dedup":
            help = "Put `sort` in front of it." if size else "Say which one to keep: `sort:{…}`."
            found = subject.finding(limit.command.span, message, help=help)
            chooses = 0 < size < _BOUND and (limit.grouped or subject.context not in _BY_HAND)
            yield found if chooses else replace(found, severity="info")


def _size(command: Command) -> float:
    value = command.arguments[0].value if command.arguments else None
    return value.value if isinstance(value, Number) else 1
