"""Links commands of the syntax tree to the operators they were bound to, so that rules can ask for traits.

Placeholders are bound as unknown values, so this works around them too. A command with an error has no operator, and
rules skip it.
"""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.command import Command as Declared
from dqlkit.languages.dql.tree import Command, Pipeline
from dqlkit.languages.syntax.tree import Argument
from dqlkit.linting.subject import Subject
from dqlkit.plan.operators import Operator

__all__ = ["declared", "is_whole", "parameter_of", "stage", "stages"]


def declared(command: Command) -> Declared | None:
    """The declaration of the command that is meant."""
    return commands.find(command.name.name)


def parameter_of(known: Declared, argument: Argument) -> Parameter | None:
    """The parameter that an argument is written for: by its name, else the first one that takes values without."""
    if argument.name is not None:
        return known.signature.find(argument.name.name)
    return next(iter(known.signature.positional), None)


def is_whole(pipeline: Pipeline) -> bool:
    """Whether everything of a pipeline could be read, and no placeholder stands for a command."""
    return not any(command.hole or command.bad for command in pipeline.commands)


def stages(subject: Subject, command: Command) -> Sequence[Operator]:
    """The operators that a command became, in the order in which they run."""
    return subject.stages.get(command.start, ())


def stage(subject: Subject, command: Command) -> Operator | None:
    """The operator that a command became, the last one where it became several."""
    made = subject.stages.get(command.start)
    return made[-1] if made else None
