"""Fields that are called as the text of an aggregation."""

from __future__ import annotations

from dqlkit.diagnostics import Span
from dqlkit.functions import find
from dqlkit.languages.dql.column_names import column_name
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Argument, Call, Group, walk
from dqlkit.linting.stages import declared
from dqlkit.linting.subject import Subject, shared

__all__ = ["named_by_text"]


@shared
def named_by_text(subject: Subject) -> dict[Span, str]:
    """Aggregations where none can stand that spell the name of a field made before: where, and the name."""
    misplaced = {diagnostic.span for diagnostic in subject.reported("E018")}
    found: dict[Span, str] = {}
    for pipeline in subject.pipelines if misplaced else ():
        names: set[str] = set()
        for command in pipeline.commands:
            known = declared(command)
            if known is not None and known.aggregates:
                names = _unnamed(command)
                continue
            for node in walk(command):
                if isinstance(node, Call) and node.span in misplaced and column_name(node) in names:
                    found[node.span] = column_name(node)
    return found


def _unnamed(command: Command) -> set[str]:
    values = [argument for argument in command.arguments if argument.name is None]
    members: list[Argument] = [m for a in values for m in (a.value.members if isinstance(a.value, Group) else [a])]
    calls = [member.value for member in members if member.alias is None]
    return {column_name(call) for call in calls if isinstance(call, Call) and find(call.function.name, "aggregation")}
