"""`experimentalSave`: the records as a lookup file."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Boolean, Duration, Long
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Constant, Hint, Plain, Table
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.save import Save


@command(experimental=True)
def experimental_save(
    source: Operator,
    tabular_file: Table,
    *,
    overwrite: Plain[Boolean] = False,
    expires_after: Hint[Constant[Duration]] | None = None,
    max_rows: Plain[Long] | None = None,
    max_g_bytes: Hint[Plain[Long]] | None = None,
) -> Operator:
    """Write the records to a file below the folder that is declared for it; nothing expires there.

    >>> data record(city = "Linz") | experimentalSave "/lookups/cities", overwrite: true
    """
    return Save(source, tabular_file, overwrite, max_rows)


@experimental_save.lifts(Save)
def _(operator: Save) -> Written:
    return written(tabular_file=operator.name, overwrite=operator.overwrite, max_rows=operator.most)
