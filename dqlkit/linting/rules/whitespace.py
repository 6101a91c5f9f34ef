"""S008."""

from __future__ import annotations

from bisect import bisect_right

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.tree import Name, String
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.regex import regex

_BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_ODD = regex("[ \\t]+(?=\\r?\\n)|[\\u00a0\\u2000-\\u200a\\u202f\\u3000]+|[\\u200b\\u200c\\u200d\\u2060\\ufeff]+")


@rule("S008", "whitespace", severity="info", default=False)
def whitespace(subject: Subject) -> Findings:
    """Blanks at the end of lines, and characters that only look like blanks or like nothing.

    What: Trailing blanks, no-break spaces, zero-width characters outside of strings. One finding stands for all.
    Note: Off by default, as `dqlkit format` removes them.
    Why: They come with copied text, make differences that nobody sees, and hide from searches.
    Bad: `fetch logs, from:-1h |\u00a0summarize n = count()`
    Good: `fetch logs, from:-1h | summarize n = count()`
    """
    text = subject.text
    if text.isascii() and not any(end in text for end in (" \n", "\t\n", " \r\n", "\t\r\n")):
        return
    odd = list(_ODD.finditer(text))
    if not odd:
        return
    texts = [*subject.every(String), *(name for name in subject.every(Name) if name.quoted)]
    quoted = sorted(node.span for node in texts)
    starts = [span.start for span in quoted]

    def outside(offset: int) -> bool:
        index = bisect_right(starts, offset) - 1
        return index < 0 or offset >= quoted[index].end

    edits = tuple(
        Edit(Span(*match.span()), " " * len(match.group()) if match.group()[0] in _BLANKS else "")
        for match in odd
        if outside(match.start())
    )
    if edits:
        more = f" (and {len(edits) - 1} more)" if len(edits) > 1 else ""
        yield subject.finding(edits[0].span, f"Blanks that say nothing{more}.", fix=Fix("Remove them", edits))
