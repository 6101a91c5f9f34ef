"""B012."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span
from dqlkit.functions import find
from dqlkit.languages.syntax.tree import Each, Name
from dqlkit.linting.flows import series
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.plan.expressions import Call, Column, walk
from dqlkit.plan.operators import Operator
from dqlkit.plan.walk import expressions

_ARITHMETIC = frozenset("+-*/%")
_COMPARISONS = frozenset({"<", "<=", ">", ">="})


@rule("B012", "array-vs-scalar", severity="warning", words=("timeseries",))
def array_versus_scalar(subject: Subject) -> Findings:
    """An array where its elements are meant, or the other way round.

    What: `arrayAvg(a[])` applies the function to each element, `a / b` and `a > 5` take arrays; all are null.
    Why: `[]` behind a field goes through its elements. Functions of arrays want the array, arithmetic wants elements.
    Bad: `timeseries cpu = avg(dt.host.cpu.usage), by:{host} | fieldsAdd mean = arrayAvg(cpu[]) | sort mean desc`
    Good: `timeseries cpu = avg(dt.host.cpu.usage), by:{host} | fieldsAdd mean = arrayAvg(cpu) | sort mean desc`
    """
    stages = [stage for flow in subject.flows for stage in series(flow) if stage[1]]
    yield from _elements(subject, {name for _, names in stages for name in names})
    yield from _arrays(subject, stages)


def _elements(subject: Subject, known: set[str]) -> Iterator[Diagnostic]:
    for call in subject.calls() if known else ():
        function = find(call.function.name, "scalar")
        takes_array = function is not None and function.accepts(0) == {"array"}
        each = call.arguments[0].value if takes_array and call.arguments else None
        if isinstance(each, Each) and isinstance(each.base, Name) and each.base.name in known:
            fix = Fix("Remove `[]`", (Edit(Span(each.base.end, each.end), ""),), safe=False)
            message = f"`{call.function.name}()` wants the array, not its elements."
            yield subject.finding(each.span, message, help=f"Write `{subject.source(each.base)}`.", fix=fix)


def _arrays(subject: Subject, stages: list[tuple[Operator, frozenset[str]]]) -> Iterator[Diagnostic]:
    for operator, names in stages:
        for expression in expressions(operator):
            for node in walk(expression):
                if isinstance(node, Call) and node.function.family == "operator":
                    yield from _operation(subject, node, names)


def _operation(subject: Subject, node: Call, names: frozenset[str]) -> Iterator[Diagnostic]:
    """An operator of numbers whose operands are series."""
    symbol = node.function.symbol
    found = [a.name for a in node.arguments if isinstance(a, Column) and a.name in names]
    if not found or node.span is None or symbol not in _ARITHMETIC | _COMPARISONS:
        return
    help = " and ".join(f"`{name}[]`" for name in found) + " to go through the elements"
    if symbol in _COMPARISONS:
        help = f"`arrayAvg({found[0]})` or the like for one value"
    yield subject.finding(node.span, f"`{symbol}` takes numbers, not arrays.", help=f"Write {help}.")
