"""P001."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import declared
from dqlkit.linting.subject import Subject


@rule("P001", "openpipeline-command", severity="error", contexts=("openpipeline-processor",))
def openpipeline_command(subject: Subject) -> Findings:
    """A command that a processor does not run.

    What: Processors of OpenPipeline know `parse`, `fields`, `fieldsAdd`, `fieldsKeep`, `fieldsRemove`, `fieldsRename`
    and `fieldsFlatten`.
    Why: The settings are refused.
    Bad: `fieldsAdd level = lower(loglevel) | filter level == "error"`
    Good: `fieldsAdd level = lower(loglevel) | fieldsRemove loglevel`
    """
    for command in subject.commands():
        known = declared(command)
        if command.name.name and (known is None or not known.in_processors):
            yield subject.finding(
                command.name.span,
                f"A processor does not run `{command.name.name}`.",
                help="Select records with the processor's matcher.",
            )
