"""The document around a query: its variables, and what the query is used for."""

from __future__ import annotations

from collections.abc import Mapping

from dqlkit.frozen import field, frozen

__all__ = ["CONTEXTS", "Document", "DocumentVariable"]

#: Where a query can stand. Rules name the contexts they apply in.
CONTEXTS = (
    "file",
    "dashboard-tile",
    "dashboard-variable",
    "notebook",
    "workflow-task",
    "workflow-trigger",
    "slo",
    "guardian",
    "detector",
    "openpipeline-processor",
    "openpipeline-matcher",
    "segment",
    "terraform",
    "markdown",
)


@frozen
class DocumentVariable:
    """A variable that a document defines; `query` is what fills it, if a query does."""

    name: str
    multiple: bool = False
    query: str = ""


@frozen
class Document:
    """`variables` is None where the file cannot define any: nothing is undefined then.

    `variable` names the one that the query fills, `visualization` is what a tile or section draws, `uses` all text of
    the document that may use variables. A `mistake` shows what not to write: it is to stay as it is.
    """

    kind: str = "file"
    variables: Mapping[str, DocumentVariable] | None = None
    visualization: str = ""
    variable: str = ""
    uses: tuple[str, ...] = field(default=(), repr=False)
    mistake: bool = False
