"""E014."""

from __future__ import annotations

from dqlkit.linting.placeholders import settled
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E014", "operator-type", severity="error", languages=("dql", "adql"), passes_on=True)
def operator_type(subject: Subject) -> Findings:
    """Operands that do not go together.

    What: An operator between values whose types are known from the text and never give a result.
    Why: The query is refused, or the result is null for every record.
    Bad: `fetch logs, from:-1h | fieldsAdd total = 22 * "3" | fields timestamp, total`
    Good: `fetch logs, from:-1h | fieldsAdd total = 22 * 3 | fields timestamp, total`
    """
    return settled(subject)
