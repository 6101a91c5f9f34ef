"""A011."""

from __future__ import annotations

from dqlkit.languages.adql.functions import find
from dqlkit.languages.adql.tree import Everything, Query, bare
from dqlkit.languages.syntax.tree import Call, Expression, walk
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


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
    metrics = [_calls(item.value, "metric") for item in query.select.items]
    plain = [v for item, m in zip(query.select.items, metrics, strict=True) if not m and _is_cut(v := bare(item.value))]
    if plain and (query.select.distinct or any(metrics)):
        yield subject.finding(query.select.span, "Only ten groups of each field come back.", help="Add `LIMIT`.")


def _calls(node: Expression, family: str) -> bool:
    """Whether a value calls a function of that family anywhere."""
    called = (find(call.function.name) for call in walk(node) if isinstance(call, Call))
    return any(function is not None and function.family == family for function in called)


def _is_cut(value: Expression) -> bool:
    """Whether the largest groups of a value are taken: all buckets are, and `*` makes no groups."""
    return not isinstance(value, Everything) and not (isinstance(value, Call) and _calls(value, "bucket"))
