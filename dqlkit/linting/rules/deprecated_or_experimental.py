"""D003."""

from __future__ import annotations

from dqlkit import functions
from dqlkit.frozen import replace
from dqlkit.languages.dql import commands
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("D003", "deprecated-or-experimental", severity="warning")
def deprecated_or_experimental(subject: Subject) -> Findings:
    """A function or command that is on its way out, or not settled yet.

    What: Deprecated ones are warnings that say what to use instead, experimental ones only a note.
    Why: They may be gone, or mean something else, one day.
    Bad: `fetch logs, from:-1h | summarize n = countIf(matchesRegex(content, "a+b"))`
    Good: `fetch logs, from:-1h | summarize n = countIf(matchesPattern(content, "'a'+ 'b'"))`
    """
    for call in subject.calls():
        function = functions.find(call.function.name)
        if function is not None and function.deprecated:
            message = f"`{function.name}()` is deprecated."
            yield subject.finding(call.function.span, message, help=f"Use {function.deprecated}.")
        elif function is not None and function.experimental:
            found = subject.finding(call.function.span, f"`{function.name}()` is experimental.")
            yield replace(found, severity="info")
    for command in subject.commands():
        known = commands.find(command.name.name)
        if known is not None and known.experimental:
            found = subject.finding(command.name.span, f"`{known.name}` is experimental.")
            yield replace(found, severity="info")
