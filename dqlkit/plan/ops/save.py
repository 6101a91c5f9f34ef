"""Save: the records as a file below the folder that was declared for it."""

from __future__ import annotations

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Evaluator, Rows, Stage

__all__ = ["Save"]


@frozen
class Save(Stage):
    """Records pass on as they are. `most` bounds how many are written; an existing file needs `overwrite`."""

    name: str
    overwrite: bool = False
    most: int | None = None

    acts = reads_all = True

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        return rows
