"""Save: the records as a file below the folder that was declared for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Rows, Stage

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Save"]


@frozen
class Save(Stage):
    """Records pass on as they are. `most` bounds how many are written; an existing file needs `overwrite`."""

    name: str
    overwrite: bool = False
    most: int | None = None

    acts = reads_all = True

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        kept = frame if self.most is None else frame.replace(frame.lazy.head(self.most))
        compiler.save(self.name, kept, self.overwrite, self.span)
        return frame

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        return rows
