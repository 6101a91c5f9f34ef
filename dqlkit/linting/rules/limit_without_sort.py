"""B010."""

from __future__ import annotations

from dqlkit.linting.orders import choices
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.plan.expressions import Column
from dqlkit.plan.ops.dedup import Dedup
from dqlkit.plan.ops.limit import Limit

#: Limits from here on raise the number of records that an answer may have.
_ALL = 10_000


@rule("B010", "limit-without-sort", severity="info")
def limit_without_sort(subject: Subject) -> Findings:
    """`limit` of records that were not sorted, or `dedup` without a `sort:`.

    What: `limit` keeps the first records, `dedup` the first of each kind, and nothing says which ones are first. It
    advises: a few of them may be all that is wanted, and a limit of 10,000 or more is there to keep all.
    Why: The same query may answer differently each time, and nobody sees it.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{host.name} | limit 10`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{host.name} | sort n desc | limit 10`
    """
    for choice in choices(subject):
        command, operator = choice.command, choice.operator
        if choice.ordered or choice.aggregated:
            continue
        if isinstance(operator, Dedup) and not _is_whole(subject, operator):
            help = "Say which one to keep: `sort:{…}`."
            yield subject.finding(command.span, "`dedup` keeps an undefined one of each kind.", help=help)
        if isinstance(operator, Limit) and (operator.count is None or 0 < operator.count < _ALL):
            help = "Put `sort` in front of it."
            yield subject.finding(command.span, "`limit` keeps an undefined choice of records.", help=help)


def _is_whole(subject: Subject, operator: Dedup) -> bool:
    """Whether a `dedup` names every field that there is: its records are all the same then."""
    schemas = (schema for flow in subject.bound.flows for one, schema in flow if one is operator)
    keys = {key.name for key in operator.keys if isinstance(key, Column)}
    return any(not schema.open and schema.fields.keys() <= keys for schema in schemas)
