"""E006."""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.languages import language_named
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_EXPRESSION = "This is an expression; a file that holds one ends in `.dqlexpr`."


@rule("E006", "unknown-command", severity="error", passes_on=True)
def unknown_command(subject: Subject) -> Findings:
    """A command that does not exist.

    What: Nothing has this name; the nearest one that exists is suggested.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | sumarize n = count() | fields n`
    Good: `fetch logs, from:-1h | summarize n = count()`
    """
    for found in subject.reported():
        yield replace(found, help=_EXPRESSION) if not found.help and _is_expression(subject) else found


def _is_expression(subject: Subject) -> bool:
    """Whether a text that should be a query is a condition, as of a matcher."""
    whole = subject.part == "query" and not subject.pipelines[0].commands[1:]
    return whole and not language_named("dql").parse(subject.text, "expression").diagnostics
