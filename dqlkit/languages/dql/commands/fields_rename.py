"""`fieldsRename`: fields under other names."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import NewName
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.rename import Rename


@command(in_processors=True, known_as={"project-rename": ""}, phrases={"rename X": "fieldsRename X"})
def fields_rename(source: Operator, *field: NewName) -> Operator:
    """Give fields new names: `new = old`. The old name is gone; a field that bore the new one is replaced.

    >>> data record(a = 1) | fieldsRename total = a
    {"total":1}
    """
    return Rename(source, field)


@fields_rename.lifts(Rename)
def _(operator: Rename) -> Written:
    return written(field=operator.pairs)
