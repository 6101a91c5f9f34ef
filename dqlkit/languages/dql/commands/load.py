"""`load`: the records of a lookup file."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Long
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Path, Plain
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.limit import Limit

HINT = "the records of a lookup file"


@command
def load(tabular_file: Path, *, offset: Plain[Long] = 0) -> Operator:
    """The records of a lookup file, such as `load "/lookups/hosts"`.

    Locally it is a table of that name, or a file below the folder that is declared for lookups.

    >>> load "/lookups/cities"
    """
    file = Fetch(tabular_file, hint=HINT)
    return Limit(file, None, offset) if offset else file


@load.recognizes(Fetch)
def _(operator: Fetch) -> Written | None:
    return written(tabular_file=operator.table) if operator.hint == HINT else None


@load.recognizes(Limit)
def _(operator: Limit) -> Written | None:
    if not isinstance(operator.source, Fetch) or operator.source.hint != HINT:
        return None
    return written(tabular_file=operator.source.table, offset=operator.offset)
