"""X001."""

from __future__ import annotations

from dqlkit.diagnostics import Span
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.regex import regex

#: One of them is in any token: quicker to look for than the pattern.
_MARKS = ("dt0", "Bearer", "Api-Token")
_SECRET = regex(
    r"\bdt0[a-z]\d\d\.[A-Za-z0-9]{8,}\.[A-Za-z0-9]{16,}"
    r"|\b(?:Bearer|Api-Token)\s+[A-Za-z0-9._~+/-]{20,}=*"
)


@rule("X001", "secret-in-query", severity="error", languages=("dql", "adql"))
def secret_in_query(subject: Subject) -> Findings:
    """A token in the text of a query.

    What: An access token of the vendor, or a bearer token, in a string or a comment. The first part of a token alone is
    its public identifier, and no secret.
    Why: Whoever reads the file, or the history of queries, can use it.
    Bad: `fetch logs, from:-1h | filter token == "dt0c01.ABCDEFGH.ABCDEFGHIJKLMNOP" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter token == "dt0c01.ABCDEFGHIJKLMNOP" | summarize n = count()`
    """
    if not any(mark in subject.text for mark in _MARKS):
        return
    for match in _SECRET.finditer(subject.text):
        yield subject.finding(Span(*match.span()), "The query holds a token.", help="Remove it, and revoke the token.")
