"""C004."""

from __future__ import annotations

from dqlkit.functions import find
from dqlkit.languages.syntax.tree import Binary, Call, Expression, Name, String, walk
from dqlkit.linting.conditions import bare, filter_of
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import scans
from dqlkit.linting.subject import Subject


@rule("C004", "transform-in-filter", severity="warning", weight=3, words=("fetch",))
def transform_in_filter(subject: Subject) -> Findings:
    """A filter of something computed from a field.

    What: A filter right behind `fetch` compares `lower(field)` and the like.
    Why: What is stored is found by its index; what is computed, only by reading every record.
    Bad: `fetch logs, from:-1h | filter lower(host.name) == "web" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter host.name ~ "web" | summarize n = count()`
    """
    for scan in scans(subject) if subject.calls() else ():
        for command in scan.pipeline.commands[1:]:
            condition = filter_of(subject, command, or_out=True)
            if condition is None:
                break
            for node in walk(condition):
                call = _transformed(node) if isinstance(node, (Binary, Call)) else None
                if call is not None:
                    message = f"`{call.function.name}()` keeps the filter from using an index."
                    help = "Compare the field itself; `~` and `caseSensitive:false` ignore letter case."
                    yield subject.finding(call.span, message, help=help)


def _transformed(node: Binary | Call) -> Call | None:
    """The computed side of a test."""
    if isinstance(node, Binary):
        sides = [bare(node.left), bare(node.right)] if node.operator in ("==", "!=", "~") else []
    else:
        function = find(node.function.name)
        tests = function is not None and function.tests and node.arguments
        sides = [bare(node.arguments[0].value)] if tests else []
    literal = isinstance(node, Call) or any(isinstance(side, String) for side in sides)
    return next((side for side in sides if isinstance(side, Call) and literal and _of_field(side)), None)


def _of_field(call: Call) -> bool:
    inner: Expression | None = bare(call.arguments[0].value) if call.arguments else None
    function = find(call.function.name)
    return function is not None and function.rewrites and isinstance(inner, Name)
