"""What a parameter demands of the value that is written for it, where that is sure without any data.

A field may hold anything, so only what the signatures of functions and the literals say is held against the demand.
"""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit import functions
from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, error
from dqlkit.functions.function import fits
from dqlkit.functions.signature import Parameter
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Node
from dqlkit.plan.expressions import Call, Expression, Literal
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate, aggregations
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.plan.walk import main_stream
from dqlkit.regex import regex
from dqlkit.types.kinds import ANY, NULL, Array

__all__ = [
    "aggregated",
    "changed_before",
    "is_open",
    "measured",
    "one_bound",
    "subscript",
    "typed",
    "ungrouped",
    "written_out",
]

_COMPARES = frozenset({"==", "!=", "<", "<=", ">", ">=", "~", "and", "or", "xor", "in"})
#: What stands in quotes for a point in time relative to now, and is a value without them.
_RELATIVE = regex(r"-\d+[A-Za-z]+|now\(\)(?:-\d+[A-Za-z]+)?")


def is_open(node: Node) -> bool:
    """Whether a placeholder, a variable or an error stands in it, so that it may turn out to be something else."""
    if any(isinstance(one, (tree.Variable, tree.Bad)) for one in tree.walk(node)):
        return True
    return next(tree.placeholders(node), None) is not None


def typed(parameter: Parameter, bound: Expression, node: Node) -> Iterator[Diagnostic]:
    """A value of a type that the parameter never takes."""
    accepted = parameter.kind.types
    if not accepted or (isinstance(bound, Call) and bound.function.gives(accepted)):
        return
    kind = infer(bound, Schema({}, open=True))
    if kind in (ANY, NULL) or fits(kind, accepted):
        return
    if isinstance(kind, Array) and accepted == {"boolean"} and fits(kind.element, accepted):
        message = f"expected one condition for `{parameter.name}`, found an iterative expression"
        yield error("E013", node.span, message, help="Write `iAny(…)` around it.")
        return
    wanted = " or ".join(sorted(accepted))
    found = f"a text, `{bound.value}`" if isinstance(bound, Literal) and kind.name == "string" else kind.said
    help = "Compare it with something, as in `… == …`." if accepted == {"boolean"} else ""
    yield error("E013", node.span, f"expected {wanted} for `{parameter.name}`, found {found}", help=help)


def one_bound(parameter: Parameter, value: tree.Expression, text: str) -> Iterator[Diagnostic]:
    """One point in time where a range is wanted: it is where the range begins."""
    length = value.operand if isinstance(value, tree.Unary) else value
    said = value.value if isinstance(value, tree.String) else "/"
    if parameter.kind.types != {"string", "timeframe"} or (
        set("/${") & set(said) and not isinstance(length, tree.Duration)
    ):
        return
    start = said if _RELATIVE.fullmatch(said) else text[value.start : value.end]
    start = f"-{start}" if isinstance(value, tree.Duration) else start
    name = text.lower().rfind(parameter.name, 0, value.start)
    fix = Fix(f"write `from:{start}`", (Edit(Span(name, value.end), f"from:{start}"),)) if name >= 0 else None
    message = f"expected a range, `start/end`, for `{parameter.name}`, found one bound"
    yield error("E013", value.span, message, help=f"Write `from:{start}`.", fix=fix)


def aggregated(bound: Expression, node: Node) -> Iterator[Diagnostic]:
    """A value of a group that aggregates nothing."""
    if aggregations(bound) or is_open(node):
        return
    help, fix = _no_aggregation(node), None
    if isinstance(node, tree.Name):
        help, fix = _call(node)
        help = help or f"Group with `by:{{{node.name}}}`, or keep one of the values with `takeAny({node.name})`."
    yield error("E018", node.span, "expected an aggregation, found none", help=help, fix=fix)


def _call(node: tree.Name) -> tuple[str, Fix | None]:
    """What to write for the name of an aggregation that is not called."""
    meant = functions.find(node.name, "aggregation")
    if meant is None:
        return "", None
    written = f"{meant.name}({'…' if meant.signature.required else ''})"
    fix = None if meant.signature.required else Fix(f"write `{written}`", (Edit(node.span, written),))
    return f"Write `{written}`.", fix


def ungrouped(made: Aggregate) -> Iterator[Diagnostic]:
    """Fields beside aggregations of which a group has no value [inferred: so a field alone is refused]."""
    for column in made.ungrouped():
        help = f"Group by it, `by:{{{column.name}}}`, or keep one of the values with `takeAny({column.name})`."
        if any(value.name == column.name for value in made.values):
            help = f"Compute with it behind: `| fieldsAdd … {column.name} …`."
        message = f"expected `{column.name}` within an aggregation or in `by:`, found it alone"
        yield error("E018", column.span or made.span or Span(0, 0), message, help=help)


def _no_aggregation(node: Node) -> str:
    if isinstance(node, tree.Binary) and node.operator in _COMPARES:
        return "Keep records with `filter` before it, or count them with `countIf(…)`."
    return "Aggregate with a function such as `sum(…)`."


def measured(bound: Expression, node: Node, metric: bool) -> Iterator[Diagnostic]:
    """A series that is no call of an aggregation which can fill the slots of one."""
    if is_open(node):
        return
    call = node.inner if isinstance(node, tree.Parentheses) else node
    name = call.function.name if isinstance(call, tree.Call) else ""
    function = functions.find(name, "aggregation", "series")
    if function is None:
        help = "Make a series of each aggregation, and compute with these: `fieldsAdd x = a[] / b[]`."
        said, fix = _call(call) if isinstance(call, tree.Name) else ("", None)
        if not aggregations(bound):
            help = said or _no_aggregation(call)
        message = "expected a call of one aggregation, found another expression"
        yield error("E018", node.span, message, help=help, fix=fix)
    elif not (function.of_metrics if metric else function.in_series):
        names = sorted(f.name for f in functions.family("aggregation").values() if f.of_metrics)
        help = (
            f"Metrics have {', '.join(f'`{name}`' for name in names)}." if metric else "Use `summarize` with `bin()`."
        )
        what = "a metric" if metric else "records"
        yield error("E018", node.span, f"`{function.name}()` gives no time series of {what}", help=help)


def written_out(parameter: Parameter, bound: Expression, node: Node) -> Iterator[Diagnostic]:
    """A constant that is computed, where it has to be written: a literal, or an array of literals."""
    values = bound.arguments[0] if isinstance(bound, Call) and bound.function.name == "array" else (bound,)
    literals = isinstance(values, tuple) and all(isinstance(value, Literal) for value in values)
    if not literals and not is_open(node):
        message = f"expected a constant for `{parameter.name}`, found a computed value"
        yield error("E013", node.span, message, help="Write the text itself, or compare with `like(…)`.")


def changed_before(source: Operator | None) -> Operator | None:
    """The first stage that makes other records or other values of what was stored, which can be searched no more."""
    stages = main_stream(source) if source is not None else []
    return next((stage for stage in stages if stage.inputs and stage.computes), None)


def subscript(node: tree.Index) -> Iterator[Diagnostic]:
    """What stands in `[ ]` and is neither the name of a member nor a number."""
    index = node.index
    if isinstance(index, tree.String):
        from dqlkit.languages.dql.format import DqlPrinter  # only for what is wrong

        name = str(DqlPrinter().name(tree.Name(-1, -1, index.value)))
        fix = Fix(f"write `{name}`", (Edit(index.span, name),))
        yield error(
            "E013", index.span, "expected the name of a member, found a text", help=f"Write `[{name}]`.", fix=fix
        )
        return
    number = index.operand if isinstance(index, tree.Unary) and index.operator == "-" else index
    hyphenated = isinstance(index, tree.Binary) and index.operator == "-"  # which has a rule of its own
    if not isinstance(number, (tree.Name, tree.Number)) and not hyphenated and not is_open(index):
        help = "Write `arrayElement(…)` for a position that is computed."
        yield error("E013", index.span, "expected a name or a number in `[ ]`, found an expression", help=help)
