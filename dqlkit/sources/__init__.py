"""Readers of exports and tables. The format of a file is detected from its content; its name does not matter.

Values keep the types the source gives them:

- A JSON number without fraction and exponent is a long, with either a double. What neither holds: `columns`.
- Of members of one name the last one counts. A name may be empty.
- A field that holds a long here and a double or text there is a field of mixed type; each record keeps its own.
- Nested objects and arrays stay records and arrays. Objects with different members have different types.
- A null and a missing field are alike, except in answers of queries: a field that is null there is no missing one.
- Values of fields with one of the names in `TIME_FIELDS` become timestamps where they are ISO-8601 dates with a time, or
  numbers since 1970 in a field that says when an event happened. Other values there stay, and the answer says how many.
  `times=()` leaves all of them as they are.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dqlkit.sources.conversion import convert, write_frame
    from dqlkit.sources.errors import SourceError
    from dqlkit.sources.instants import TIME_FIELDS
    from dqlkit.sources.progress import followed
    from dqlkit.sources.read import detect, open_source, open_table, read_as_ingested, read_table

__all__ = [
    "TIME_FIELDS",
    "SourceError",
    "convert",
    "detect",
    "followed",
    "open_source",
    "open_table",
    "read_as_ingested",
    "read_table",
    "write_frame",
]

#: Where the names are. Each is imported when it is first used: a query that reads nothing needs no reader, nor pyarrow.
_PLACES = {
    "conversion": ("convert", "write_frame"),
    "errors": ("SourceError",),
    "instants": ("TIME_FIELDS",),
    "progress": ("followed",),
    "read": ("detect", "open_source", "open_table", "read_as_ingested", "read_table"),
}


def __getattr__(name: str) -> object:
    for module, names in _PLACES.items():
        if name in names:
            found: object = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
