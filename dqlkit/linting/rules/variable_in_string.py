"""V006."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Argument, Group, String, Variable
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import declared, parameter_of
from dqlkit.linting.subject import Subject
from dqlkit.regex import regex

_IN_TEXT = regex(r"\$([A-Za-z0-9]+)(?::(?:noquote|backtick|triplequote))?")


@rule("V006", "variable-in-string", severity="warning", contexts=("dashboard-tile", "dashboard-variable"), words=("$",))
def variable_in_string(subject: Subject) -> Findings:
    """A variable where its value cannot stand.

    What: A variable of the document inside of a string, where it stays what it is, or where a number or a field is wanted.
    Why: A variable becomes a string, quotes and all. `:noquote` gives it as it is, `:backtick` as the name of a field.
    Bad: `fetch logs | filter host.name == "$Host" | summarize n = count()`
    Good: `fetch logs | filter host.name == $Host | summarize n = count()`
    Note: The examples stand in a dashboard that defines `$Host`.
    """
    known = subject.document.variables or {}
    for node in subject.every(String):
        found = _IN_TEXT.search(node.value) if "$" in node.value else None
        if found is not None and found[1] in known:
            alone = found[0] == node.value
            fix = Fix(f"Write `{found[0]}`", (Edit(node.span, found[0]),), safe=False) if alone else None
            help = f"Write `{found[0]}`." if alone else "Join texts with `concat(…)`."
            yield subject.finding(node.span, f"`{found[0]}` is text in a string.", help=help, fix=fix)
    yield from _misplaced(subject)


def _misplaced(subject: Subject) -> Iterator[Diagnostic]:
    for command in subject.commands():
        for argument in command.arguments:
            mode = _mode(command, argument)
            for variable in _bare(argument) if mode else ():
                wanted = "a number" if mode == "noquote" else "the name of a field"
                edit = Edit(Span(variable.end, variable.end), f":{mode}")
                yield subject.finding(
                    variable.span,
                    f"`${variable.name}` becomes a string, and {wanted} is wanted.",
                    help=f"Write `${variable.name}:{mode}`.",
                    fix=Fix(f"Write `${variable.name}:{mode}`", (edit,), safe=False),
                )


def _mode(command: Command, argument: Argument) -> str:
    """How a variable has to be written that stands for an argument; nothing where a string does."""
    known = declared(command)
    parameter = parameter_of(known, argument) if known is not None else None
    if parameter is None:
        return ""
    kind = parameter.kind
    if kind.role == "plain" and kind.types and kind.types <= {"long", "double"}:
        return "noquote"
    names_field = (
        kind.role in ("name", "names pattern", "renamed") or kind.sortable or (kind.many and kind.role == "field")
    )
    return "backtick" if names_field else ""


def _bare(argument: Argument) -> Iterator[Variable]:
    members = argument.value.members if isinstance(argument.value, Group) else [argument]
    for member in members:
        if isinstance(member.value, Variable) and not member.value.mode and member.alias is None:
            yield member.value
