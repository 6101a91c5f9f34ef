"""C006."""

from __future__ import annotations

import re

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.syntax.tree import Name, String, walk
from dqlkit.lint.conditions import bare, conditions
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

_WORDS = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")


@rule("C006", "text-scan", severity="warning", weight=2)
def text_scan(subject: Subject) -> Findings:
    """A search for a piece of text where words would do.

    What: `contains(content, "refused")` in a filter, for a text that is made of whole words.
    Why: Words are found by their index; pieces of words, only by reading every text. `~` takes whole words, so that it
    finds `refused` but not `unrefused`.
    Bad: `fetch logs, from:-1h | filter contains(content, "refused") | summarize n = count()`
    Good: `fetch logs, from:-1h | filter content ~ "refused" | summarize n = count()`
    """
    wanted = {call.span: call for call in subject.calls("contains") if len(call.arguments) == 2}
    for condition in conditions(subject) if wanted else ():
        for node in walk(condition):
            call = wanted.get(node.span)
            if call is None or node is not call:
                continue
            field, text = (bare(argument.value) for argument in call.arguments)
            if (
                isinstance(field, Name)
                and field.name == "content"
                and isinstance(text, String)
                and _WORDS.fullmatch(text.value)
            ):
                meant = f"content ~ {subject.source(text)}"
                fix = Fix(f"Write `{meant}`", (Edit(call.span, meant),), safe=False)
                yield subject.finding(
                    call.span, "Every text is read for a piece of it.", help=f"Write `{meant}`.", fix=fix
                )
