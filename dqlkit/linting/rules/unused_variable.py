"""V002."""

from __future__ import annotations

import re

from dqlkit.diagnostics import Span
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("V002", "unused-variable", severity="warning", contexts=("dashboard-variable",))
def unused_variable(subject: Subject) -> Findings:
    """A variable that nothing in the document uses.

    What: No tile, text, title or other variable mentions `$name`. Found for variables that a query fills.
    Why: Its query runs each time the dashboard is opened, and its box does nothing.
    Bad: `fetch logs | summarize n = count(), by:{host.name} | fields host.name`
    Good: `fetch logs | summarize n = count(), by:{host.name} | fields host.name // for the title: $Host`
    Note: The examples fill the variable `$Host`; the second stands for a document that mentions it.
    """
    name = subject.document.variable
    if not name or any(re.search(rf"\$\{{?{re.escape(name)}\b", text) for text in subject.document.uses):
        return
    first = Span(0, len(subject.text.split("\n")[0]))
    yield subject.finding(first, f"Nothing uses `${name}`.", help="Remove the variable.")
