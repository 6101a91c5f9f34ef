"""B007."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import Argument, Group, Name
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_NAMING = ("fields", "fieldsAdd", "fieldsRename", "summarize", "makeTimeseries", "timeseries")


@rule("B007", "duplicate-field", severity="warning")
def duplicate_field(subject: Subject) -> Findings:
    """Two fields of one name in one command.

    What: A command names two of its fields alike; the last one is kept.
    Why: The other one is computed for nothing, and was probably meant to have a name of its own.
    Bad: `fetch logs, from:-1h | summarize n = count(), n = countIf(status == "ERROR")`
    Good: `fetch logs, from:-1h | summarize n = count(), errors = countIf(status == "ERROR")`
    """
    for command in subject.commands(*_NAMING):
        seen: set[str] = set()
        for member in _members(command.arguments):
            name = _name(member)
            if name and name in seen:
                yield subject.finding(
                    member.span, f"There are two fields `{name}`.", help="Give one of them another name."
                )
            seen.add(name)


def _members(arguments: list[Argument]) -> list[Argument]:
    """The values that become fields: those without a parameter's name, and those of `by`."""
    found: list[Argument] = []
    for argument in arguments:
        if argument.name is None or argument.name.name.lower() == "by":
            found += argument.value.members if isinstance(argument.value, Group) else [argument]
    return [member for member in found if member.name is None or member.name.name.lower() == "by"]


def _name(member: Argument) -> str:
    if member.alias is not None:
        return member.alias.name
    return member.value.name if isinstance(member.value, Name) else ""
