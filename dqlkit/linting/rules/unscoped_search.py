"""C013."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import String
from dqlkit.linting.conditions import bare, operands
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("C013", "unscoped-search", severity="warning", weight=4, words=("search",))
def unscoped_search(subject: Subject) -> Findings:
    """A search in every field.

    What: `search` for a text without a field.
    Why: Each field of each record is looked at, and found are also ids and numbers that only hold the text.
    Bad: `fetch logs, from:-1h | search "timeout" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter content ~ "timeout" | summarize n = count()`
    """
    for command in subject.commands("search"):
        for argument in command.arguments:
            texts = [part for term in operands(argument.value, "or") for part in operands(term, "and")]
            if any(isinstance(bare(text), String) for text in texts):
                yield subject.finding(
                    command.span, "The search looks in every field.", help='Name one: `filter content ~ "…"`.'
                )
