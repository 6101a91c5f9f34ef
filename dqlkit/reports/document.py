"""What notebooks and dashboards have in common: sections of text and of queries, variables, a timeframe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.reports.members import Json, Span
from dqlkit.reports.visual import Visual

if TYPE_CHECKING:
    from dqlkit.languages.language import LanguageName

__all__ = ["Document", "Place", "Saved", "Section", "Variable"]


@frozen
class Place:
    """Where a tile lies on a grid that is 24 columns wide."""

    x: int
    y: int
    width: int
    height: int


@frozen
class Saved:
    """An answer that the document keeps of an earlier run, and when that was."""

    answer: Mapping[str, Json]
    time: str


@frozen
class Section:
    """A text, a query with what shows its answer, or something that cannot run here, as `remark` says."""

    title: str = ""
    markdown: str = ""
    query: str = ""
    language: LanguageName = "dql"
    visual: Visual = Visual()
    timeframe: Span | None = None
    most: int | None = None
    saved: Saved | None = None
    place: Place | None = None
    open: bool = False
    remark: str = ""


@frozen
class Variable:
    """A variable: a query that fills it, or its values. `default` are the values it has unless others are given; None for the
    first, of `multiple` ones all."""

    name: str
    query: str = ""
    values: tuple[str, ...] = ()
    multiple: bool = False
    default: tuple[str, ...] | None = None
    visible: bool = True
    remark: str = ""


@frozen
class Document:
    """A notebook or a dashboard. Sections without a timeframe of their own have that of the document."""

    kind: str
    title: str
    sections: tuple[Section, ...]
    variables: tuple[Variable, ...] = ()
    timeframe: Span | None = None

    @property
    def heading(self) -> str:
        """The heading of the first text, empty where it begins with none."""
        first = next((section.markdown for section in self.sections if section.markdown.strip()), "")
        line = first.strip().splitlines()[0] if first else ""
        return line.removeprefix("# ").strip() if line.startswith("# ") else ""
