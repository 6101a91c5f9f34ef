"""E013."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Diagnostic
from dqlkit.languages.syntax.tree import Binary, Duration, Number, Unary
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

#: What a number of units has to divide, where times are rounded down to it.
_WHOLE = {"h": 24, "m": 60, "s": 60, "ms": 1000, "us": 1000, "ns": 1000}
_RATIOS = (1, 10, 100, 1000, 10000)


@rule("E013", "parameter-value", severity="error")
def parameter_value(subject: Subject) -> Findings:
    """A value that the parameter does not take.

    What: A value of the wrong type or outside of its limits, an unknown word of an enumeration, a field where a
    constant is wanted, or `@` with a number of units that does not divide the next larger one.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | fieldsAdd slot = timestamp@7m | fields slot, content`
    Good: `fetch logs, from:-1h | fieldsAdd slot = timestamp@10m | fields slot, content`
    """
    yield from subject.reported("E013")
    yield from _alignments(subject)
    for command in subject.commands("fetch"):
        for argument in command.arguments:
            ratio = argument.value
            named = argument.name is not None and argument.name.name.lower() == "samplingratio"
            if named and isinstance(ratio, Number) and ratio.value not in _RATIOS:
                message = f"`samplingRatio` is 1, 10, 100, 1000 or 10000, not `{subject.source(ratio)}`."
                yield subject.finding(ratio.span, message, help="Take one of them.")


def _alignments(subject: Subject) -> Iterator[Diagnostic]:
    for node in subject.nodes:
        if isinstance(node, Binary) and node.operator == "@":
            to = node.right
        elif isinstance(node, Unary) and node.operator == "@":
            to = node.operand
        else:
            continue
        if isinstance(to, Duration) and to.amount > 0 and _WHOLE.get(to.unit, to.amount) % to.amount:
            yield subject.finding(
                to.span,
                f"`@` rounds to a number of `{to.unit}` that divides {_WHOLE[to.unit]}, which {to.amount} does not.",
                help="Use `bin()` for other widths.",
            )
