"""A report as Markdown: texts as they are, charts and errors as blocks of text, records as tables."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics.text import full
from dqlkit.diagnostics.visible import visible
from dqlkit.reports.page import filled_in
from dqlkit.reports.run import Outcome, Report
from dqlkit.results.charts.terminal import lines
from dqlkit.results.table import markdown

__all__ = ["text"]

#: More records than these nobody reads in a text.
_MOST = 40


def text(report: Report) -> Iterator[str]:
    """The lines of the text."""
    values = {one.variable.name: one.values for one in report.variables}
    if report.document.heading != report.document.title:
        yield from (f"# {visible(report.document.title)}", "")
    if any(outcome.saved for outcome in report.outcomes):
        yield "No table was given: the answers shown are those saved in the document."
        yield ""
    for outcome in report.outcomes:
        yield from _section(outcome, values)


def _section(outcome: Outcome, values: dict[str, tuple[str, ...]]) -> Iterator[str]:
    section = outcome.section
    if section.title.strip():
        yield from (f"## {visible(filled_in(section.title, values))}", "")
    if section.markdown:
        yield from (visible(filled_in(section.markdown, values)), "")
    if outcome.error is not None:
        yield from _block(full(outcome.error.diagnostics, outcome.error.text or section.query, "query", False))
    elif outcome.figure is not None:
        yield from _block("\n".join(lines(outcome.figure)))
    elif outcome.result is not None:
        yield from markdown(outcome.result.head(_MOST))
        yield ""
        if len(outcome.result) > _MOST:
            yield from (f"The first {_MOST} of {len(outcome.result)} records.", "")
    for remark in outcome.remarks:
        yield from (f"*{visible(remark)}*", "")


def _block(drawn: str) -> Iterator[str]:
    yield from ("```text", *visible(drawn).split("\n"), "```", "")
