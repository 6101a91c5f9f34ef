"""A report as one page of HTML: it runs no script, loads nothing, and can be read on phones, in the dark and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from dqlkit.diagnostics.text import full
from dqlkit.diagnostics.visible import visible
from dqlkit.reports.document import Place, Section
from dqlkit.reports.markdown import html_of
from dqlkit.reports.run import Filled, Outcome, Report
from dqlkit.results.charts import inline
from dqlkit.results.html import MOST, html_table

__all__ = ["page"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
#: A dashboard is so wide on a large screen, a column of 24; a notebook is narrower.
_COLUMN, _NOTEBOOK = 62, 860
#: The height of a row of a dashboard, and what the title and the facts of a tile take of it.
_ROW, _AROUND = 50, 110


def page(report: Report) -> Iterator[str]:
    """The lines of the page."""
    style = Path(__file__).with_name("style.css").read_text("utf-8")
    kind, title = report.document.kind, escape(report.document.title)
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<title>{title}</title><style>{style}{inline.STYLE}</style></head><body class="{kind}">'
    repeated = report.document.heading == report.document.title  # the first text says it
    yield "<header>" if repeated else f"<header><h1>{title}</h1>"
    yield from _facts(report)
    yield "</header><main>"
    for outcome in report.outcomes:
        yield from _section(report, outcome)
    yield f"</main><footer><p>Run by dqlkit. Times are in {escape(report.timezone)}.</p></footer></body></html>"


def _facts(report: Report) -> Iterator[str]:
    queries = sum(bool(outcome.section.query) for outcome in report.outcomes)
    tables = ", ".join(filter(None, report.tables))
    counted = f"{queries} quer{'y' if queries == 1 else 'ies'}" + (f" over {tables}" if tables else "")
    told = [report.document.kind.capitalize(), counted]
    span = report.timeframe or report.document.timeframe
    if report.tables:
        told.append(f"{span[0]} to {span[1]}, now being {report.now}" if span else f"now being {report.now}")
    yield f'<p class="facts">{escape(" · ".join(told))}</p>'
    if any(outcome.saved for outcome in report.outcomes):
        yield '<p class="banner">No table was given: the answers shown are those saved in the document.</p>'
    if report.failed:
        count = len(report.failed)
        yield f'<p class="banner bad">{count} of {queries} queries failed; each says why.</p>'
    if any(filled.variable.visible for filled in report.variables):
        yield '<ul class="variables">' + "".join(map(_variable, report.variables)) + "</ul>"


def _variable(filled: Filled) -> str:
    if not filled.variable.visible and not filled.error:
        return ""
    name = escape(visible(filled.variable.name))
    if filled.error:
        return f'<li class="bad">{name}: {escape(visible(filled.error))}</li>'
    shown = ", ".join(filled.values[:5]) + (f" and {len(filled.values) - 5} more" if len(filled.values) > 5 else "")
    return f"<li>{name}: <b>{escape(visible(shown))}</b></li>"


# ---- a section -----------------------------------------------------------------------------------------------------


def _section(report: Report, outcome: Outcome) -> Iterator[str]:
    section, values = outcome.section, {one.variable.name: one.values for one in report.variables}
    kind = "text" if section.markdown else "failed" if outcome.error else "tile"
    yield f'<section class="{kind}{"" if section.place else " loose"}"{_style(section.place)}>'
    if section.title.strip():
        yield f"<h2>{escape(visible(filled_in(section.title, values)))}</h2>"
    if section.markdown:
        yield html_of(filled_in(section.markdown, values))
    if section.query and section.open:
        yield _query(section)
    yield from _answer(outcome)
    if section.query and not section.open:
        yield _query(section)
    yield "</section>"


def filled_in(text: str, values: Mapping[str, tuple[str, ...]]) -> str:
    """A text with the values of the variables that it names."""
    return re.sub(r"\$(\w+)", lambda found: ", ".join(values.get(found[1], ())) or found[0], text)


def _style(place: Place | None) -> str:
    if place is None:
        return ""
    return f' style="--x:{place.x + 1};--y:{place.y + 1};--w:{place.width};--h:{place.height}"'


def _query(section: Section) -> str:
    shown = " open" if section.open else ""
    return f"<details{shown}><summary>Query</summary><pre><code>{escape(visible(section.query))}</code></pre></details>"


def _answer(outcome: Outcome) -> Iterator[str]:
    if outcome.error is not None:
        drawn = full(outcome.error.diagnostics, outcome.error.text or outcome.section.query, "query", False)
        yield f'<pre class="error">{escape(visible(drawn))}</pre>'
        return
    if outcome.figure is not None:
        yield inline.html_figure(outcome.figure, *_size(outcome.section.place))
    elif outcome.result is not None:
        visual = outcome.section.visual
        table = html_table(outcome.result, hidden=visual.hidden, settings=visual.settings, drawn=True)
        yield f'<div class="scroll">{table}</div>'
    for remark in outcome.remarks:
        yield f'<p class="told note">{escape(visible(remark))}</p>'
    if outcome.result is not None:
        yield f'<p class="told">{escape(_told(outcome))}</p>'


def _size(place: Place | None) -> tuple[int, int]:
    """The size of a picture on a large screen."""
    if place is None:
        return _NOTEBOOK, 300
    return place.width * _COLUMN - 40, min(max(place.height * _ROW - _AROUND, 140), 480)


def _told(outcome: Outcome) -> str:
    count = len(outcome.result) if outcome.result is not None else 0
    records = f"{count:,} record{'' if count == 1 else 's'}"
    if count > MOST and outcome.figure is None:
        records += f", the first {MOST} shown"
    if outcome.saved:
        return f"{records} · saved {outcome.saved}"
    return f"{records} · {outcome.seconds:.2f} s"
