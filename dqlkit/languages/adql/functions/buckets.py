"""Functions that make groups of what lies in one interval. An event without a value is in none of them [decided].

The pages about the functions say that they ignore nulls, and the search engine below does so in its histograms and
ranges; only plain fields have a group for events that lack them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dqlkit.diagnostics import Span
from dqlkit.languages.adql.binding import Binder
from dqlkit.languages.adql.calls import call, is_call, millis, operands, operate
from dqlkit.languages.adql.function import Written, bucket, written
from dqlkit.languages.adql.schema import named
from dqlkit.languages.adql.vocabulary import Limit, Number, Step, Unsaid, Value, Writer
from dqlkit.plan.expressions import Call, Expression, Literal, literal
from dqlkit.types.values import Duration


@bucket(keeps_range=True)
def series(x: Value, step: Step, *, bind: Binder) -> Expression | None:
    """Groups of one width: `series(eventTimestamp, '10m')` by time, `series(price, 100)` by number.

    Weeks begin on Thursday, as the first of 1970 did [decided]; there are no empty groups.

    >>> series(ms, 50), count(*)
    [[0, 1], [50, 1], [100, 1]]
    """
    kind = bind.scope.type(x)
    timed = isinstance(step.value, Duration)
    if kind in ("string", "boolean") or (timed and kind not in ("date", None)):
        wanted = "date" if timed else "number"
        bind.scope.error("E014", x.span or Span(0, 0), f"expected a {wanted} in `series()`, found {named(kind)}")
        return None
    return call("bin", millis(x) if kind == "date" and not timed else x, step)


@series.lifts
def _(node: Call, writer: Writer) -> Written | None:
    if not is_call(node, "bin"):
        return None
    x, step, at = node.arguments
    assert isinstance(x, Expression)
    assert isinstance(step, Expression)
    if at is not None:
        raise Unsaid("T003", "ADQL's `series()` begins its intervals where zero is.")
    if not (isinstance(step, Literal) and isinstance(step.value, Duration)):
        date = operands(x)[0] if is_call(x, "unixMillisFromTimestamp") else None
        return written(x=date if date is not None and writer.is_date(date) else x, step=step)
    if not writer.is_date(x):
        raise Unsaid("T003", "ADQL's `series()` takes a date field, and knows of none here.")
    return written(x=x, step=step)


@bucket(orders=False)
def range_(x: Number, bound: Limit, *more: Limit, bind: Binder) -> Expression | None:
    """Groups between bounds, each from its bound up to below the next: `range(responseTime, 100, 500)`.

    >>> range(ms, 50, 100), count(*)
    [["(-inf, 50)", 1], ["[50, 100)", 1], ["[100, inf)", 1]]
    """
    bounds = (bound, *more)
    if any(low.value >= high.value for low, high in pairwise(bounds)):
        first, last = bound.span or Span(0, 0), more[-1].span or Span(0, 0)
        bind.scope.error("E013", Span(first.start, last.end), "expected the bounds in ascending order")
        return None
    return _labelled(x, bounds)


def _labelled(value: Expression, bounds: Sequence[Literal]) -> Call:
    """The label of the bounds that a value lies between: what `range` stands for."""
    shown = [str(bound.value) for bound in bounds]
    below = [f"(-inf, {shown[0]})", *(f"[{low}, {high})" for low, high in pairwise(shown))]
    found = call("if", operate("greaterOrEqual", value, bounds[-1]), literal(f"[{shown[-1]}, inf)"))
    for bound, label in zip(reversed(bounds), reversed(below), strict=True):
        found = call("if", operate("less", value, bound), literal(label), else_=found)
    return found


@range_.lifts
def _(node: Call, _writer: Writer) -> Written | None:
    """Labels by bounds are `range`; no other choice can be said."""
    if not is_call(node, "if"):
        return None
    value: Expression | None = None
    bounds: list[Literal] = []
    current: object = node
    while is_call(current, "if"):
        test = current.arguments[0]
        value, bound = operands(test) if is_call(test, "less", "greaterOrEqual") else (None, None)
        if is_call(test, "less") and isinstance(bound, Literal):
            bounds.append(bound)
        current = current.argument("else")
    if value is None or not bounds or _labelled(value, bounds) != node:
        raise Unsaid("T003", "ADQL has no conditional value.", "It can count with `filter(…)`.")
    first, *more = bounds
    return written(x=value, bound=first, more=tuple(more))
