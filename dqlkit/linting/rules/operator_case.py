"""S002."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.tree import Binary, Unary
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_WORDS = ("and", "or", "xor", "not", "in")


@rule("S002", "operator-case", severity="info", default=False)
def operator_case(subject: Subject) -> Findings:
    """`AND`, `OR`, `NOT` in capitals.

    What: Operators that are words mean the same in any letter case.
    Note: Off by default, as `dqlkit format` writes them so.
    Why: One spelling is easier to read.
    Bad: `fetch logs, from:-1h | filter status == "ERROR" AND NOT isNull(host.name) | summarize n = count()`
    Good: `fetch logs, from:-1h | filter status == "ERROR" and not isNull(host.name) | summarize n = count()`
    """
    binary = ((node.operator_start, node.operator) for node in subject.every(Binary))
    unary = ((node.start, node.operator) for node in subject.every(Unary))
    for start, word in (*binary, *unary):
        written = subject.text[start : start + len(word)]
        if word in _WORDS and written != word and written.lower() == word:
            span = Span(start, start + len(word))
            fix = Fix(f"Write `{word}`", (Edit(span, word),))
            yield subject.finding(span, f"`{written}` is written `{word}`.", fix=fix)
