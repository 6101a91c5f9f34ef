"""Which fields and how many records a plan needs of each table, found by its operators' traits before any schema is
known."""

from __future__ import annotations

from collections.abc import Mapping

from dqlkit.frozen import frozen
from dqlkit.plan.flow import blocks
from dqlkit.plan.operators import Operator, Reader
from dqlkit.plan.timerange import TIME_FIELDS

__all__ = ["Needs", "needs"]


@frozen
class Needs:
    """Fields by name, None for all of them, and how many records from the first on, None for all of them."""

    fields: frozenset[str] | None = None
    limit: int | None = None

    def or_those(self, other: Needs) -> Needs:
        """The needs of both together."""
        fields = None if self.fields is None or other.fields is None else self.fields | other.fields
        return Needs(fields, None if self.limit is None or other.limit is None else max(self.limit, other.limit))


_ALL = Needs()


def needs(plan: Operator, limit: int | None = None) -> Mapping[str, Needs]:
    """What is needed of each table for the first `limit` records of a plan, None for all of them.

    Time fields are always included: the metadata of an answer tells their extent.
    """
    found: dict[str, Needs] = {}
    streams = [(plan, Needs(None, limit))]
    for operator, wanted in streams:  # which grow
        streams += ((block, _ALL) for block in blocks(operator))
        if isinstance(operator, Reader):
            own = _of_table(wanted) if operator.narrows else _ALL
            found[operator.table] = found[operator.table].or_those(own) if operator.table in found else own
        alone = len(operator.inputs) == 1
        below = Needs(operator.needs(wanted.fields), operator.enough(wanted.limit)) if alone else _ALL
        streams += ((source, below) for source in operator.inputs)
    return found


def _of_table(wanted: Needs) -> Needs:
    return Needs(None if wanted.fields is None else wanted.fields | set(TIME_FIELDS), wanted.limit)
