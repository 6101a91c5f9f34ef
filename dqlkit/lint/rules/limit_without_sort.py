"""B010."""

from __future__ import annotations

from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

#: Commands after which the order of the records is still the one that was asked for.
_KEEP_ORDER = frozenset(
    "fields fieldsadd fieldskeep fieldsremove fieldsrename fieldsflatten fieldsmove filter filterout limit parse search".split()
)
#: Commands that bring records in an order of their own.
_ORDERED = frozenset({"sort", "dedup", "data", "maketimeseries"})


@rule("B010", "limit-without-sort", severity="warning")
def limit_without_sort(subject: Subject) -> Findings:
    """`limit` of records that were not sorted.

    What: `limit` keeps the first records, and nothing says which ones are first.
    Why: The same query may answer differently each time, and nobody sees it.
    Bad: `fetch logs, from:-1h | limit 10 | fields content`
    Good: `fetch logs, from:-1h | sort timestamp desc | limit 10 | fields content`
    """
    for pipeline in subject.pipelines:
        ordered = False
        for command in pipeline.commands:
            name = command.name.name.lower()
            if name == "limit" and not ordered:
                yield subject.finding(
                    command.span,
                    "expected sorted records before `limit`: which ones it keeps is undefined",
                    help="Put `sort` in front of it.",
                )
            ordered = name in _ORDERED or (ordered and name in _KEEP_ORDER)
