"""E008."""

from __future__ import annotations

from dqlkit.languages.dql import commands
from dqlkit.languages.dql.tree import Pipeline, Subquery
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E008", "command-position", severity="error")
def command_position(subject: Subject) -> Findings:
    """A command in a place where it cannot stand.

    What: A command that brings records begins a query or a sub-query, and does not follow a pipe; nothing else begins
    one.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | fetch spans, from:-1h | summarize n = count()`
    Good: `fetch logs, from:-1h | append [ fetch spans, from:-1h ] | summarize n = count()`
    """
    yield from subject.reported()
    nodes = [
        *([subject.parsed.tree] if subject.part == "query" else []),
        *(n.pipeline for n in subject.every(Subquery)),
    ]
    for pipeline in nodes:
        if not isinstance(pipeline, Pipeline) or not pipeline.commands or pipeline.leading_pipe:
            continue
        first = pipeline.commands[0]
        known = None if first.hole else commands.find(first.name.name)
        if known is not None and not known.starting:
            message = f"expected a command that brings records, found `{known.name}`"
            help = "Begin with `fetch` or the like."
            if pipeline is subject.parsed.tree and subject.context == "file":
                help = "Begin with `fetch` or the like; a file of stages alone ends in `.dqlpart`."
            yield subject.finding(first.name.span, message, help=help)
