"""V004."""

from __future__ import annotations

from dqlkit.languages.dql.tree import Pipeline
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.shape import final_fields
from dqlkit.linting.subject import Subject


@rule("V004", "variable-arity", severity="info", contexts=("dashboard-variable",))
def variable_arity(subject: Subject) -> Findings:
    """A variable's query that brings more than one field.

    What: The values of a variable are those of one field.
    Why: With several fields it is not told which one is meant.
    Bad: `fetch logs | filter isNotNull($Region) | summarize n = count(), by:{host.name}`
    Good: `fetch logs | filter isNotNull($Region) | summarize n = count(), by:{host.name} | fields host.name`
    """
    tree = subject.parsed.tree
    names = final_fields(subject)
    if names is not None and len(names) > 1 and isinstance(tree, Pipeline):
        shown = ", ".join(f"`{name}`" for name in sorted(names))
        yield subject.finding(tree.commands[-1].span, f"The query brings {shown}.", help="Keep one field.")
