"""Fragments of a plan: what runs in each place, and how the records come there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from dqlkit.frozen import field, frozen
from dqlkit.plan.explain import explain
from dqlkit.plan.operators import Operator
from dqlkit.plan.schema import Schema

__all__ = ["Exchange", "Fragment", "Inlet", "Tail", "described"]

Exchange: TypeAlias = Literal["none", "by key", "broadcast", "single"]
"""How records get from one fragment to the next: they stay where they are; those with equal keys come together; every
part gets all of them; one place, the driver, gets all of them."""


@frozen(slots=False)
class Fragment:
    """A plan that runs over each part. It scans the parts of `table`, or what `inlets` bring, by the name it scans them
    under. A field `key` says where its records go next."""

    plan: Operator
    inlets: Mapping[str, Inlet] = field(default_factory=dict, hash=False)
    table: str = ""
    key: str = ""

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
    """A plan that runs on the driver, over tables and over what inlets bring there."""

    plan: Operator
    inlets: Mapping[str, Inlet] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return described(self)


@frozen(slots=False)
class Inlet:
    """Records of another fragment, or of a tail where they are broadcast."""

    source: Fragment | Tail
    exchange: Exchange


def described(tail: Tail) -> str:
    """All fragments, each behind those that it reads from, and the tail."""
    pieces: dict[int, tuple[Fragment | Tail, str]] = {}
    lines = [line for piece in _sources_first(tail) for line in _lines(piece, pieces)]
    return "\n".join(lines)


def _sources_first(tail: Tail) -> list[Fragment | Tail]:
    found: dict[int, Fragment | Tail] = {}
    waiting: list[Fragment | Tail] = [tail]
    while waiting:
        missing = [inlet.source for inlet in waiting[-1].inlets.values() if id(inlet.source) not in found]
        waiting += missing
        if not missing:
            piece = waiting.pop()
            found[id(piece)] = piece
    return list(found.values())


def _lines(piece: Fragment | Tail, pieces: dict[int, tuple[Fragment | Tail, str]]) -> Iterator[str]:
    name = f"fragment {len(pieces) + 1}" if isinstance(piece, Fragment) else "driver"
    pieces[id(piece)] = piece, name
    over = f" over the parts of `{piece.table}`" if isinstance(piece, Fragment) and piece.table else ""
    yield f"{name}{over}:"
    for scanned, inlet in piece.inlets.items():
        yield f"  {_shown(scanned)} = {pieces[id(inlet.source)][1]}, exchange: {inlet.exchange}"
    yield from (f"  {_shown(line)}" for line in explain(piece.plan).splitlines())


def _shown(text: str) -> str:
    """A text with the names that no query can write as `explain` shows them."""
    return text.replace("\x01", "#")
