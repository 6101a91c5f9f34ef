"""An answer as a table in HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from dqlkit.results.cells import columns_of

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["html_table"]

#: More records than these make a page slow, and nobody reads them.
_MOST = 100


def html_table(result: Result, most: int = _MOST) -> str:
    """The first `most` records; the types of the fields stand under their names."""
    columns = columns_of(result.head(most))
    kinds = [kind.name for kind in result.schema.fields.values()]
    heads = "".join(
        f"<th>{escape(column.name)}<br><small>{escape(kind)}</small></th>"
        for column, kind in zip(columns, kinds, strict=True)
    )
    rows = "".join(
        "<tr>" + "".join(map(_cell, row, (column.right for column in columns))) + "</tr>"
        for row in zip(*(column.cells for column in columns), strict=True)
    )
    shown = f"{most} of {len(result)} records" if len(result) > most else f"{len(result)} records"
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table><p>{shown}</p>"


def _cell(text: str, right: bool) -> str:
    return f'<td style="text-align: right">{escape(text)}</td>' if right else f"<td>{escape(text)}</td>"
