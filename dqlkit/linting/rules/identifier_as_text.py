"""B019."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dqlkit.diagnostics import Edit, Fix
from dqlkit.functions.conversion.identities import to_smartscape_id, to_uid
from dqlkit.functions.function import Function
from dqlkit.languages.syntax.tree import Binary, Name, String
from dqlkit.linting.conditions import bare
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.regex import regex

#: Fields of spans that hold uids, and values that can be one.
_UIDS = ("trace.id", "span.id", "span.parent_id")
_UID = regex(r"[0-9a-fA-F]{16}|[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SMARTSCAPE = "dt.smartscape."
_SMARTSCAPE_ID = regex(r"[A-Z][A-Z0-9_]*-[0-9A-F]{16}")


@rule(
    "B019",
    "identifier-as-text",
    severity="warning",
    words=("trace.id", "span.id", "span.parent_id", "dt.smartscape."),
)
def identifier_as_text(subject: Subject) -> Findings:
    """An identifier that is compared with a text.

    What: `trace.id` and `span.id` of spans are uids, the fields under `dt.smartscape` are ids of Smartscape.
    Why: Values of different types are never equal, so that nothing is found.
    Bad: `fetch spans, from:-1h | filter trace.id == "0af7651916cd43dd8448eb211c80319c" | summarize n = count()`
    Good: `fetch spans, from:-1h | filter trace.id == toUid("0af7651916cd43dd8448eb211c80319c") | summarize n = count()`
    """
    for field, text in _compared(subject):
        convert = _conversion(field.name, text.value)
        if convert is not None:
            written = f"{convert.name}({subject.source(text)})"
            fix = Fix(f"write `{written}`", (Edit(text.span, written),), safe=False)
            message = f"`{field.name}` holds no text, and equals none."
            yield subject.finding(text.span, message, help=f"Write `{written}`.", fix=fix)


def _compared(subject: Subject) -> Iterator[tuple[Name, String]]:
    """Fields and the texts that they must equal, or must not."""
    for node in subject.every(Binary):
        sides = [bare(node.left), bare(node.right)] if node.operator in ("==", "!=") else []
        for field, text in (sides, sides[::-1]) if sides else ():
            if isinstance(field, Name) and isinstance(text, String):
                yield field, text
    for call in subject.calls("in"):
        values = [bare(argument.value) for argument in call.arguments]
        if values and isinstance(values[0], Name):
            yield from ((values[0], value) for value in values[1:] if isinstance(value, String))


def _conversion(field: str, text: str) -> Function[..., Any] | None:
    """The function that makes of the text what the field holds."""
    if field in _UIDS and _UID.fullmatch(text):
        return to_uid
    return to_smartscape_id if field.startswith(_SMARTSCAPE) and _SMARTSCAPE_ID.fullmatch(text) else None
