"""Workflows and their templates."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.clear import begins_query, clear_language
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, get, items, strings, text
from dqlkit.languages.language import Part

__all__ = ["task_input"]

_CONDITIONS = ("filterQuery", "customFilter", "query")


@kind("workflow", member="tasks", words=("query|timeseriesdata|customfilter",))
def workflow(root: Node, pointer: str) -> Iterator[Embedded]:
    """Query tasks of a workflow, and the conditions of its event trigger. Other systems have tasks as well."""
    tasks = get(root, "tasks")
    if not isinstance(tasks, (dict, list)):
        return
    for key, task in items(tasks):
        for embedded in task_input(get(task, "input"), f"{pointer}/tasks/{key}/input"):
            if text(task, "action").startswith("dynatrace.") or clear_language(embedded.text) == "dql":
                yield embedded
    for at, found in strings(get(root, "trigger"), f"{pointer}/trigger"):
        if at.rpartition("/")[2] in _CONDITIONS:
            part: Part = "query" if begins_query(found.value) else "expression"
            yield from query(found, "workflow-trigger", at, Document("workflow"), part)


def task_input(root: Node, pointer: str) -> Iterator[Embedded]:
    """The query of a workflow's task: to be run, or for an analyzer."""
    series = get(root, "body", "timeSeriesData")
    for found, path in (
        (get(root, "query"), "query"),
        (series, "body/timeSeriesData"),
        (get(series, "expression"), "body/timeSeriesData/expression"),
    ):
        yield from query(found, "workflow-task", f"{pointer}/{path}", Document("workflow"))
