"""The class of a shape: how its documents are recognised, where their records are, and how records are written.

A shape does not walk through a document. It looks at one and answers with a `Place`: the path to the records, and a
function that reads one item there. So the same declaration serves a reader that holds the whole document and one that
streams it: the latter may show the shape a document whose array of records is cut short, and hand over the items later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.errors import SourceError
from dqlkit.frozen import field, frozen
from dqlkit.functions.context import Notice
from dqlkit.types.values import Value

if TYPE_CHECKING:
    import polars

    from dqlkit.types.kinds import Type

__all__ = ["Columns", "Json", "Notes", "Path", "Place", "Record", "Shape", "beside", "described", "one", "present"]

Json: TypeAlias = Any
"""A parsed JSON value."""

Record: TypeAlias = dict[str, Value]

Path: TypeAlias = tuple[str | int, ...]
"""Names of members and positions in arrays, from the document inwards."""

_NAMES = {dict: "an object", list: "an array", str: "text", bool: "a boolean", type(None): "null"}


class Notes:
    """Counts, by field and type, the values that exceed their declared type and were kept as written."""

    def __init__(self) -> None:
        self._kept: Counter[tuple[str, str]] = Counter()

    def keep(self, field: str, kind: str) -> None:
        """Note a value that is beyond what its type holds and stays as it was written."""
        self._kept[field, kind] += 1

    def notices(self) -> Iterable[Notice]:
        for (name, kind), count in self._kept.items():
            values = "1 value is" if count == 1 else f"{count} values are"
            yield Notice(
                "VALUES_OUT_OF_RANGE", f"`{name}`: {values} beyond the range of the type {kind} and kept as text."
            )


Columns: TypeAlias = "Mapping[str, Sequence[Value] | tuple[polars.Series, Type]]"
"""The values of each field, or their column with its type."""


@frozen
class Place:
    """Where a document holds its records.

    `path` leads to the item or to the array of items; where it is empty, the document itself is the record. `records`
    reads the item with this index and raises `SourceError` where it does not hold what the document says; `columns` reads
    all items at once, each an object or null, with the same result. `more` is the member that says that the source has more
    records than these; where the document is `paged`, the next one of the same source holds them. `declared` are the fields
    whose types the document declares. Where `nulls` is set, a member that is null is a field without a value; otherwise it
    is no field.
    """

    path: Path
    records: Callable[[int, Json], Iterable[Record]]
    more: str = ""
    paged: bool = True
    declared: frozenset[str] = frozenset()
    nulls: bool = False
    notes: Notes = field(default_factory=Notes)
    columns: Callable[[int, Mapping[str, Sequence[Json]]], Columns] | None = None

    def items(self, document: Json) -> Sequence[Json]:
        """What lies at the path."""
        for step in self.path:
            document = document[step]
        return document if self.path and type(document) is list else [document]


@frozen
class Shape:
    """A shape of JSON documents.

    `find` yields the place of the records in a document of this shape, None for any other document. `write` makes a
    document of records. The document of a shape that declares `members` is one record, and has at least these members;
    any other shape wraps records. A shape of records has one place for all of them. A shape that is not known `alone` says
    so little that it counts only beside other pages.
    """

    name: str
    find: Callable[[Json], Place | None]
    write: Callable[[Sequence[Mapping[str, Value]]], Json] | None = None
    members: frozenset[str] = frozenset()
    alone: bool = True

    @property
    def wraps(self) -> bool:
        return not self.members


def described(value: Json) -> str:
    """A JSON value in words, for messages."""
    return _NAMES.get(type(value), "a number")


def one(item: Json) -> Record:
    """An item that has to be one object."""
    if type(item) is not dict:
        raise SourceError.of("R103", f"expected an object, found {described(item)}.")
    return item


def present(document: Mapping[str, Json], *names: str) -> str:
    """The name of the first of these members whose value is truthy; empty if there is none."""
    return next((name for name in names if document.get(name)), "")


def beside(record: Record, prefix: str, name: str) -> str:
    """A name for a field beside those of a record: its own, with the prefix in front as often as it is taken."""
    while name in record:
        name = f"{prefix}.{name}"
    return name
