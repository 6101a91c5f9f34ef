"""An answer as a table in HTML."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from dqlkit.errors import DqlkitError
from dqlkit.results.cells import columns_of

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["STYLE", "html_table", "page"]

#: More records than these make a page slow, and nobody reads them.
_MOST = 100


STYLE = """
:root { color-scheme: light dark; --ink: #1b1b2f; --paper: #fff; --shade: #f3f3f7; --line: #ddd }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8f0; --paper: #17171f; --shade: #262631; --line: #3a3a48 } }
body { font: 14px/1.5 system-ui, sans-serif; margin: 1.5rem; color: var(--ink); background: var(--paper) }
table { border-collapse: collapse } th { text-align: left; position: sticky; top: 0; background: var(--shade) }
th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top }
small { opacity: .7; font-weight: 400 }
"""


def page(result: Result) -> Iterator[str]:
    """The lines of a page that shows all records, below a chart where they are numbers over time or by category. It needs
    nothing else."""
    from dqlkit.results.charts import inline

    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>dqlkit</title><style>{STYLE}{inline.STYLE}</style></head><body>"
    yield from _chart(result)
    yield html_table(result, len(result))
    yield "</body></html>"


def _chart(result: Result) -> Iterator[str]:
    """The chart of records that have one, if the library that draws it is installed."""
    from dqlkit.results.charts import Timeline, figure_of, inline
    from dqlkit.results.charts.picture import can_draw

    try:
        figure = figure_of(result)
    except DqlkitError:  # no number is in it
        return
    if isinstance(figure, Timeline) or len(result) <= _MOST:
        yield inline.html_figure(figure) if can_draw() else "<p>pip install 'dqlkit[charts]' to see a chart here.</p>"


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
