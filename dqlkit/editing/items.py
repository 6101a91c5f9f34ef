"""What completion offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from dqlkit.diagnostics import Span
from dqlkit.frozen import frozen

__all__ = ["Completions", "Item", "ItemKind", "words"]

ItemKind: TypeAlias = Literal[
    "command",
    "function",
    "parameter",
    "field",
    "table",
    "metric",
    "variable",
    "value",
    "keyword",
    "operator",
    "matcher",
]


@frozen
class Item:
    """One offer: `insert` replaces what is written of it so far, and the caret stands `back` characters before its end.

    `detail` is a type or a signature, `documentation` a sentence. `rank` orders: smaller ones first.
    """

    label: str
    kind: ItemKind
    insert: str = ""
    detail: str = ""
    documentation: str = ""
    back: int = 0
    rank: int = 5

    @property
    def text(self) -> str:
        """What is inserted."""
        return self.insert or self.label


class Completions(NamedTuple):
    """The offers for a place, and the range of the text that each of them replaces."""

    span: Span
    items: tuple[Item, ...]

    def behind(self, offset: int) -> Completions:
        """The same offers where the word that they replace ends at an offset."""
        return Completions(Span(offset - (self.span.end - self.span.start), offset), self.items)

    def matching(self, text: str) -> tuple[Item, ...]:
        """The offers that begin with what is written, in any letter case, then those that contain it; for callers
        that do not filter themselves."""
        start = text[self.span.start : self.span.end].lower().strip("`")
        first = [item for item in self.items if item.label.lower().startswith(start)]
        return (*first, *(i for i in self.items if start in i.label.lower() and i not in first))


def words(names: Iterable[str], kind: ItemKind = "keyword", rank: int = 5) -> list[Item]:
    """Offers that are words and nothing else."""
    return [Item(name, kind, rank=rank) for name in names]
