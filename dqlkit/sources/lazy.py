"""Arrow, imported when it is first used: a query that reads a few lines of JSON starts without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.functions.lazy import Lazy

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv as arrow_csv
    from pyarrow import ipc
    from pyarrow import json as arrow_json
else:
    pa = Lazy("pyarrow")
    pc = Lazy("pyarrow.compute")
    arrow_csv = Lazy("pyarrow.csv")
    arrow_json = Lazy("pyarrow.json")
    ipc = Lazy("pyarrow.ipc")

__all__ = ["arrow_csv", "arrow_json", "ipc", "pa", "pc"]
