"""A009."""

from __future__ import annotations

from dqlkit.languages.adql.tree import Match
from dqlkit.languages.syntax.tree import String
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.regex import regex

_LITERAL = regex(r"[\w\s-]*")
_SHORTEST = 3


@rule("A009", "regexp-prefix", severity="info", languages=("adql",))
def adql_regexp_prefix(subject: Subject) -> Findings:
    """A regular expression that begins with anything.

    What: Fewer than three plain characters stand in front of the first sign.
    Why: The service has to look at every word there is.
    Bad: `SELECT application FROM transactions WHERE application REGEXP '.*shop'`
    Good: `SELECT application FROM transactions WHERE application REGEXP 'shop.*'`
    """
    for node in subject.every(Match):
        pattern = node.pattern
        if node.operator == "regexp" and isinstance(pattern, String):
            plain = _LITERAL.match(pattern.value)
            if plain is not None and plain.end() < min(_SHORTEST, len(pattern.value)):
                message = "The pattern begins with fewer than three plain characters."
                yield subject.finding(pattern.span, message, help="Begin with the text that is known.")
