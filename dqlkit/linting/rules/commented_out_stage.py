"""S009."""

from __future__ import annotations

from dqlkit.languages.dql import commands
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.regex import regex

_STAGE = regex(r"(?://|/\*)\s*\|\s*(\w+)")


@rule("S009", "commented-out-stage", severity="info", words=("//", "/*"))
def commented_out_stage(subject: Subject) -> Findings:
    """A stage that was switched off by a comment.

    What: A comment that holds a command behind a pipe.
    Why: Nobody knows whether it still matters; the history of the file has it anyway.
    Bad: `fetch logs, from:-1h | summarize n = count() // | filter n > 3`
    Good: `fetch logs, from:-1h | summarize n = count() // n is at most 1000`
    """
    for comment in subject.parsed.comments:
        stage = _STAGE.match(comment.text)
        if stage is not None and commands.find(stage[1]) is not None:
            yield subject.finding(comment.span, "A comment switches a stage off.", help="Remove it.")
