"""P002."""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.languages.dql.tree import Subquery
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("P002", "openpipeline-matcher", severity="error", contexts=("openpipeline-matcher",))
def openpipeline_matcher(subject: Subject) -> Findings:
    """What a matcher does not know.

    What: A matcher is a condition on one record: no sub-queries, and no `caseSensitive`.
    Why: The settings are refused.
    Bad: `matchesPhrase(content, "error", caseSensitive:true)`
    Good: `matchesPhrase(content, "error")`
    """
    for call in subject.calls():
        for argument in call.arguments:
            if argument.name is not None and argument.name.name.lower() == "casesensitive":
                found = subject.finding(argument.span, "A matcher has no `caseSensitive`.", help="Remove it.")
                yield replace(found, severity="warning")  # published examples have it all the same
    for node in subject.every(Subquery):
        yield subject.finding(node.span, "A matcher has no sub-queries.", help="Compare with values.")
