"""A011."""

from __future__ import annotations

from dqlkit.languages.adql.tree import Query
from dqlkit.languages.syntax.tree import Call, Name
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_AGGREGATIONS = frozenset({"count", "sum", "avg", "min", "max", "distinctcount", "percentile", "stddev"})


@rule("A011", "silent-top-10", severity="info", languages=("adql",))
def adql_silent_top_10(subject: Subject) -> Findings:
    """Groups without a `LIMIT`.

    What: Without one only ten groups of each field come back.
    Why: Nothing says that there are more.
    Bad: `SELECT application, count(*) FROM transactions`
    Good: `SELECT application, count(*) FROM transactions LIMIT 100`
    """
    query = subject.parsed.tree
    if not isinstance(query, Query) or query.select is None or query.limit is not None:
        return
    values = [item.value for item in query.select.items]
    grouped = any(isinstance(value, Name) for value in values)
    if grouped and any(isinstance(v, Call) and v.function.name.lower() in _AGGREGATIONS for v in values):
        yield subject.finding(query.select.span, "Only ten groups of each field come back.", help="Add `LIMIT`.")
