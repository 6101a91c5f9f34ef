"""Dashboards of AppDynamics: widgets with queries of ADQL, and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dqlkit.reports.document import Document, Section
from dqlkit.reports.members import Json, names, objects, text
from dqlkit.reports.visual import Visual
from dqlkit.results.charts import Settings

__all__ = ["read"]

#: What charts are called there. The answer decides for all others.
_CHARTS = {"PIE": "pie", "TIME_SERIES": "line", "BAR": "bars", "COLUMN": "bars"}


def read(root: Mapping[str, Json], title: str) -> Document | None:
    """A dashboard: an object with a list of widgets."""
    if not isinstance(root.get("widgetTemplates"), list):
        return None
    sections = tuple(section for widget in objects(root, "widgetTemplates") for section in _sections(widget))
    return Document("dashboard", title, sections)


def _sections(widget: Mapping[str, Json]) -> Iterator[Section]:
    """A section for each query of a widget.

    [decided: widgets of metrics, health rules and pictures are told in their place, since what they show lies in the
    controller; times of widgets do not count, since they are those of the controller's clock.]
    """
    title, queries, kind = text(widget, "title"), names(widget.get("adqlQueryList")), text(widget, "widgetType")
    chart = _CHARTS.get(text(widget, "analyticsWidgetType"), "")
    for query in queries:
        visual = Visual(False, Settings(kind=chart)) if chart else Visual()
        yield Section(title, query=query, language="adql", visual=visual)
    if not queries and text(widget, "text"):
        yield Section(title, markdown=text(widget, "text"))
    elif not queries:
        yield Section(title, remark=f"A widget of the kind `{kind or 'unknown'}` does not run here.")
