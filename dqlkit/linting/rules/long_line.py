"""S011."""

from __future__ import annotations

from dqlkit.diagnostics import Span
from dqlkit.diagnostics.lines import Lines
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("S011", "long-line", severity="info", default=False, options={"long-line": 120})
def long_line(subject: Subject) -> Findings:
    """A line of more than 120 characters.

    What: The option `long-line` sets another width.
    Why: `dqlkit format` breaks it where it can.
    Bad: `fetch logs, from:-1h | filter status == "ERROR" and isNotNull(host.name) and isNotNull(log.source)
    | summarize errors = count(), by:{host.name, log.source}`
    Good: `fetch logs, from:-1h | summarize n = count()`
    """
    widest = subject.option("long-line")
    if max(map(len, subject.text.split("\n"))) <= widest:
        return
    lines = Lines(subject.text)
    for number, start in enumerate(lines.starts, 1):
        length = len(lines.line(number))
        if length > widest:
            yield subject.finding(
                Span(start + widest, start + length), f"The line has {length} characters.", help="Use `dqlkit format`."
            )
