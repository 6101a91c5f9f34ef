"""C006."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.syntax.tree import Call, Expression, Name, String, walk
from dqlkit.linting.conditions import bare, conditions
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.regex import regex

_WORDS = regex(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")


@rule("C006", "text-scan", severity="info", weight=2, words=("contains", "matchesvalue"))
def text_scan(subject: Subject) -> Findings:
    """A search for a piece of text where words would do.

    What: `contains(content, "refused")` or `matchesValue(content, "*refused*")` in a filter, for a text that is made of
    whole words.
    Why: Words are found by their index; pieces of words, only by reading every text. `~` takes whole words, so that it
    finds `refused` but not `unrefused`.
    Bad: `fetch logs, from:-1h | filter contains(content, "refused") | summarize n = count()`
    Good: `fetch logs, from:-1h | filter content ~ "refused" | summarize n = count()`
    """
    calls = subject.calls("contains", "matchesValue")
    wanted = {call.span: call for call in calls if len(call.arguments) == 2}
    for condition in conditions(subject) if wanted else ():
        for node in walk(condition):
            call = wanted.get(node.span)
            if call is None or node is not call:
                continue
            field, text = (bare(argument.value) for argument in call.arguments)
            words = _words(call, text)
            if words and isinstance(field, Name) and field.name == "content":
                meant = f'content ~ "{words}"'
                fix = Fix(f"Write `{meant}`", (Edit(call.span, meant),), safe=False)
                help = f"Write `{meant}` where whole words are meant."
                yield subject.finding(call.span, "Every text is read for a piece of it.", help=help, fix=fix)


def _words(call: Call, text: Expression) -> str:
    """The words that are looked for; nothing where they are pieces, or stand at an end of the text."""
    value = text.value if isinstance(text, String) else ""
    if call.function.name.lower() == "matchesvalue":
        value = value[1:-1] if len(value) > 1 and value[0] == value[-1] == "*" else ""
    return value if _WORDS.fullmatch(value) else ""
