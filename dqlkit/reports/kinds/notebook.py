"""Notebooks: texts and queries, one below the other."""

from __future__ import annotations

from collections.abc import Mapping

from dqlkit.reports.document import Document, Saved, Section
from dqlkit.reports.members import Json, number, part, span, text
from dqlkit.reports.visual import visual_of

__all__ = ["read"]


def read(root: Mapping[str, Json], title: str) -> Document | None:
    """A notebook: an object with a list of sections."""
    sections = root.get("sections")
    if not isinstance(sections, list) or not all(isinstance(one, Mapping) for one in sections):
        return None
    made = tuple(_section(one) for one in sections)
    return Document("notebook", title, made, timeframe=span(root.get("defaultTimeframe")))


def _section(given: Mapping[str, Json]) -> Section:
    kind, title = text(given, "type"), text(given, "title") if given.get("showTitle") is not False else ""
    if kind == "markdown":
        return Section(title, markdown=text(given, "markdown"))
    if kind != "dql":
        return Section(title, remark=f"A section of the kind `{kind}` does not run here.")
    state = part(given, "state")
    input = part(state, "input")
    return Section(
        title,
        query=text(input, "value"),
        visual=visual_of(text(state, "visualization"), state.get("visualizationSettings")),
        timeframe=span(input.get("timeframe")),
        most=number(part(state, "querySettings"), "maxResultRecords"),
        saved=_saved(part(state, "result")),
        open=given.get("showInput") is not False,
        remark="The analysis of Davis does not run here." if text(state, "visualization") == "davis" else "",
    )


def _saved(result: Mapping[str, Json]) -> Saved | None:
    """The answer that was there when the notebook was saved."""
    answer = part(result, "value")
    return Saved(answer, text(result, "dateTime")) if isinstance(answer.get("records"), list) else None
