"""A008."""

from __future__ import annotations

import re

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.adql.schema import schema_of
from dqlkit.languages.adql.tree import Match, Path, Query
from dqlkit.languages.syntax.tree import Name, String
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A008", "uppercase-in-token-search", severity="warning", languages=("adql",))
def adql_uppercase_in_token_search(subject: Subject) -> Findings:
    """Capitals in a pattern for a full-text field.

    What: The words of a full-text field are kept in lower case, and `REGEXP` sees those.
    Why: The pattern finds nothing.
    Bad: `SELECT message FROM logs WHERE message REGEXP 'INFO.*'`
    Good: `SELECT message FROM logs WHERE message REGEXP 'info.*'`
    """
    query = subject.parsed.tree
    if not isinstance(query, Query) or query.source is None:
        return
    analysed = schema_of(query.source.event_type.name, {}).analysed
    for node in subject.every(Match):
        pattern, field = node.pattern, node.operand
        if node.operator != "regexp" or not isinstance(pattern, String) or not isinstance(field, (Name, Path)):
            continue
        written = subject.source(pattern)
        if field.name in analysed and re.search(r"(?<!\\)[A-Z]", pattern.value):
            lower = re.sub(r"(?<!\\)[A-Z]", lambda match: match.group().lower(), written)
            fix = Fix("Write it in lower case", (Edit(pattern.span, lower),))
            yield subject.finding(pattern.span, "Capitals never match a word of full text.", fix=fix)
