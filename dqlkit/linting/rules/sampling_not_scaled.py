"""B011."""

from __future__ import annotations

from dqlkit.functions import find
from dqlkit.languages.dql.tree import Command, Pipeline
from dqlkit.languages.syntax.tree import Binary, Call, Name, Number, walk
from dqlkit.linting.orders import groups
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("B011", "sampling-not-scaled", severity="warning", words=("sampling",))
def sampling_not_scaled(subject: Subject) -> Findings:
    """A count of a sample.

    What: With `samplingRatio:100` one record in 100 is read; counts and sums are that much too small, and nothing in
    the query multiplies them. Shares of one another are right as they are.
    Why: The numbers look like those of all records.
    Bad: `fetch logs, from:-1h, samplingRatio:100 | summarize n = count(), by:{status}`
    Good: `fetch logs, from:-1h, samplingRatio:100 | summarize n = count() * 100, by:{status}`
    """
    for pipeline in subject.pipelines:
        ratio = _ratio(pipeline.commands[0])
        if ratio <= 1 or _scaled(pipeline):
            continue
        for command in pipeline.commands:
            growing = _growing(command) if groups(subject, command) else None
            if growing is not None:
                name = growing.function.name
                message = f"`{name}()` sees one record in {ratio}."
                yield subject.finding(growing.span, message, help=f"Multiply it by {ratio}.")
                break


def _ratio(command: Command) -> int | float:
    for argument in command.arguments:
        if argument.name is not None and argument.name.name.lower() == "samplingratio":
            return argument.value.value if isinstance(argument.value, Number) else 1
    return 1


def _growing(command: Command) -> Call | None:
    """The first aggregation that grows with the number of records."""
    for node in walk(command):
        function = find(node.function.name, "aggregation") if isinstance(node, Call) else None
        if isinstance(node, Call) and function is not None and function.scales:
            return node
    return None


def _scaled(pipeline: Pipeline) -> bool:
    """Whether anything is multiplied or divided, or the ratio of a record is read."""
    for node in walk(pipeline):
        if isinstance(node, Binary) and node.operator in ("*", "/"):
            return True
        if isinstance(node, Name) and node.name == "dt.system.sampling_ratio":
            return True
    return False
