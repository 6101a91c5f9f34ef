"""An answer as a table in HTML."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import escape
from typing import TYPE_CHECKING

from dqlkit.errors import DqlkitError
from dqlkit.functions.exact_names import series_named
from dqlkit.results.cells import TextColumn, columns_of
from dqlkit.types.kinds import DURATION, TIMESTAMP

if TYPE_CHECKING:
    from dqlkit.results.charts import Settings
    from dqlkit.results.result import Result

__all__ = ["MOST", "STYLE", "html_table", "page", "summary"]

#: More records than these make a page slow, and nobody reads them.
MOST = 100


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
    yield html_table(result, len(result)) + summary(result, len(result))
    yield "</body></html>"


def _chart(result: Result) -> Iterator[str]:
    """The chart of records that have one, if the library that draws it is installed."""
    from dqlkit.results.charts import Timeline, figure_of, inline
    from dqlkit.results.charts.picture import can_draw

    try:
        figure = figure_of(result)
    except DqlkitError:  # no number is in it
        return
    if isinstance(figure, Timeline) or len(result) <= MOST:
        yield inline.html_figure(figure) if can_draw() else "<p>pip install 'dqlkit[charts]' to see a chart here.</p>"


def html_table(
    result: Result,
    most: int = MOST,
    hidden: Collection[str] = (),
    settings: Settings | None = None,
    drawn: bool = False,
) -> str:
    """The first `most` records; the types of the fields stand under their names.

    `hidden` fields are left out; the thresholds of `settings` colour numbers; arrays of numbers are lines where they are
    `drawn`.
    """
    shown = result.head(most)
    kinds = result.schema.fields
    columns = [
        (column, _decorated(shown, name, column, settings, drawn))
        for name, column in zip(kinds, columns_of(shown), strict=True)
        if name not in hidden
    ]
    heads = "".join(_head(column) for column, _ in columns)
    rows = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*(cells for _, cells in columns), strict=True))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def summary(result: Result, most: int = MOST) -> str:
    """How many records there are, and how many of them a table shows."""
    return f"<p>{most} of {len(result)} records</p>" if len(result) > most else f"<p>{len(result)} records</p>"


def _head(column: TextColumn) -> str:
    """The name of a column, and that of its type without what is inside."""
    kind = "any" if "|" in column.kind else re.split(r"[<{]", column.kind)[0]
    side = ' style="text-align: right"' if column.right else ""
    return f"<th{side}>{escape(column.name)}<br><small>{escape(kind)}</small></th>"


def _decorated(result: Result, name: str, column: TextColumn, settings: Settings | None, drawn: bool) -> Iterator[str]:
    """The cells of a column."""
    from dqlkit.engines.polars.physical import values_of
    from dqlkit.results.charts.columns import is_number, is_series
    from dqlkit.results.charts.inline import course

    kind = result.schema.fields[name]
    style = "text-align: right" if column.right else "white-space: nowrap" if kind == TIMESTAMP else ""
    if drawn and is_series(kind):
        yield from (f"<td>{course(values or ())}</td>" for values in values_of(series_named(result.data, name), kind))
    elif settings is not None and settings.thresholds and is_number(kind) and kind != DURATION:
        for cell, value in zip(column.cells, values_of(series_named(result.data, name), kind), strict=True):
            colour = escape(settings.colour(name, value)) if value is not None else ""
            marked = (
                f"background: {colour}; color: white" if settings.backdrop else f"color: {colour}; font-weight: 600"
            )
            yield _cell(cell, f"{style}; {marked}" if colour else style)
    else:
        yield from (_cell(cell, style) for cell in column.cells)


def _cell(text: str, style: str) -> str:
    return f'<td style="{style}">{escape(text)}</td>' if style else f"<td>{escape(text)}</td>"
