"""B007."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.languages.dql.command import Command as Declared
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Argument, Group, Name
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import declared, parameter_of
from dqlkit.linting.subject import Subject


@rule("B007", "duplicate-field", severity="warning")
def duplicate_field(subject: Subject) -> Findings:
    """Two fields of one name in one command.

    What: A command names two of its fields alike; the last one is kept.
    Why: The other one is computed for nothing, and was probably meant to have a name of its own.
    Bad: `fetch logs, from:-1h | summarize n = count(), n = countIf(status == "ERROR")`
    Good: `fetch logs, from:-1h | summarize n = count(), errors = countIf(status == "ERROR")`
    """
    for command in subject.commands():
        if not command.arguments or (len(command.arguments) == 1 and type(command.arguments[0].value) is not Group):
            continue
        known = declared(command)
        if known is None or not known.assigns:
            continue
        seen: set[str] = set()
        for member in _members(command, known):
            name = _name(member)
            if name and name in seen:
                yield subject.finding(
                    member.span, f"There are two fields `{name}`.", help="Give one of them another name."
                )
            seen.add(name)


def _members(command: Command, known: Declared) -> Iterator[Argument]:
    """The values of a command that become fields: those of parameters where `name = …` may be written."""
    for argument in command.arguments:
        parameter = parameter_of(known, argument)
        if parameter is not None and parameter.kind.assign and parameter.kind.role != "block":
            yield from argument.value.members if isinstance(argument.value, Group) else [argument]


def _name(member: Argument) -> str:
    if member.alias is not None:
        return member.alias.name
    return member.value.name if isinstance(member.value, Name) else ""
