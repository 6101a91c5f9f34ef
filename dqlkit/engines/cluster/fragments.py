"""Fragments of a plan: what runs in each place, and how the records come there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from dqlkit.frozen import field, frozen
from dqlkit.plan.explain import explain
from dqlkit.plan.operators import Operator
from dqlkit.plan.schema import Schema

__all__ = ["Exchange", "Fragment", "Inlet", "RowByRow", "Tail", "described", "pieces_of"]

Exchange: TypeAlias = Literal["none", "by key", "broadcast", "single"]
"""How records get from one fragment to the next: they stay where they are; those with equal keys come together; every
part gets all of them; one place, the driver, gets all of them."""


@frozen(slots=False)
class Fragment:
    """A plan that runs over each part. It scans the parts of `table` (whose name may be empty), or without one what
    `inlets` bring, by the name it scans them under. The fields `keys` say where its records go next. Every piece of a
    cut plan has another number."""

    number: int
    plan: Operator
    inlets: Mapping[str, Inlet] = field(default_factory=dict, hash=False)
    table: str | None = None
    keys: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        return self.plan.schema

    @property
    def streams(self) -> dict[str, Inlet]:
        """The inlets that bring each part records of its own."""
        return {name: inlet for name, inlet in self.inlets.items() if inlet.exchange != "broadcast"}

    @property
    def shared(self) -> dict[str, Inlet]:
        """The inlets that bring the same records to every part."""
        return {name: inlet for name, inlet in self.inlets.items() if inlet.exchange == "broadcast"}


@frozen(slots=False)
class Tail:
    """A plan that runs on the driver, over tables and over what inlets bring there. The last one has the number 0."""

    plan: Operator
    inlets: Mapping[str, Inlet] = field(default_factory=dict, hash=False)
    number: int = 0

    def __str__(self) -> str:
        return described(self)


@frozen(slots=False)
class Inlet:
    """Records of another fragment, or of a tail where they are broadcast."""

    source: Fragment | Tail
    exchange: Exchange


RowByRow: TypeAlias = Mapping[int, Mapping[str, str]]
"""By the number of a piece the functions that run row by row in it, with the types that they are given."""


def described(tail: Tail, row_by_row: RowByRow | None = None) -> str:
    """All pieces, each behind those that it reads from; with the functions that run row by row, where these are known."""
    known = row_by_row or {}
    return "\n".join(line for piece in pieces_of(tail) for line in _lines(piece, known.get(piece.number)))


def pieces_of(tail: Tail) -> list[Fragment | Tail]:
    """A tail and all that it reads from, each piece behind those that it reads from itself."""
    found: dict[int, Fragment | Tail] = {}
    waiting: list[Fragment | Tail] = [tail]
    while waiting:
        missing = [one.source for one in waiting[-1].inlets.values() if one.source.number not in found]
        waiting += missing
        if not missing:
            piece = waiting.pop()
            found[piece.number] = piece
    return list(found.values())


def _lines(piece: Fragment | Tail, row_by_row: Mapping[str, str] | None) -> Iterator[str]:
    over = f" over the parts of `{piece.table}`" if isinstance(piece, Fragment) and piece.table is not None else ""
    yield f"{_name(piece)}{over}:"
    for scanned, inlet in piece.inlets.items():
        yield f"  {_shown(scanned)} = {_name(inlet.source)}, exchange: {inlet.exchange}"
    yield from (f"  {_shown(line)}" for line in explain(piece.plan, row_by_row).splitlines())


def _name(piece: Fragment | Tail) -> str:
    kind = "fragment" if isinstance(piece, Fragment) else "driver"
    return f"{kind} {piece.number}" if piece.number else kind


def _shown(text: str) -> str:
    """A text with the names that no query can write as `explain` shows them."""
    return text.replace("\x01", "#")
