"""E008."""

from __future__ import annotations

from dqlkit.languages.dql import commands
from dqlkit.languages.dql.tree import Subquery
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject


@rule("E008", "command-position", severity="error")
def command_position(subject: Subject) -> Findings:
    """A command in a place where it cannot stand.

    What: A command that brings records begins a query or a sub-query; it does not follow a pipe. A sub-query begins with
    one.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | fetch spans, from:-1h | summarize n = count()`
    Good: `fetch logs, from:-1h | append [ fetch spans, from:-1h ] | summarize n = count()`
    """
    yield from subject.reported("E008")
    for node in subject.every(Subquery):
        first = node.pipeline.commands[0] if node.pipeline.commands else None
        known = commands.find(first.name.name) if first is not None and not first.hole else None
        if first is not None and known is not None and not known.starting:
            message = f"expected a command that brings records, found `{known.name}`"
            yield subject.finding(first.name.span, message, help="Begin the sub-query with `fetch` or the like.")
