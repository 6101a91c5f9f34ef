"""An answer as a table in HTML."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from dqlkit.results.cells import columns_of

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["html_table", "page"]

#: More records than these make a page slow, and nobody reads them.
_MOST = 100


_STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; margin: 1.5rem; color: #1b1b2f; background: #fff }
table { border-collapse: collapse } th { text-align: left; position: sticky; top: 0; background: #f3f3f7 }
th, td { padding: .25rem .75rem; border-bottom: 1px solid #ddd; vertical-align: top } small { color: #667; font-weight: 400 }
@media (prefers-color-scheme: dark) { body { color: #e8e8f0; background: #17171f } th { background: #262631 } }
"""


def page(result: Result) -> Iterator[str]:
    """The lines of a page that shows all records and needs nothing else."""
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>dqlkit</title><style>{_STYLE}</style></head><body>"
    yield html_table(result, len(result))
    yield "</body></html>"


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
