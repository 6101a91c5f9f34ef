"""Repairs for values and signs that are written as in other languages."""

from __future__ import annotations

import re
from bisect import bisect_left

from dqlkit import functions
from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.dql import commands
from dqlkit.languages.syntax.recovery import Repair, Spot, leave_out
from dqlkit.languages.syntax.tree import Name, Node

__all__ = ["VALUES"]


def _conversion(name: str) -> str:
    """The function that makes a value one of the type that another language calls so."""
    found = functions.find(f"to{name}", "scalar") or functions.known_elsewhere().get(f"to{name}".lower())
    return found.name if found is not None else ""


def _cast(spot: Spot) -> Repair | None:
    """`cast(a as long)`."""
    word, *after = spot.ahead(3)
    bracket, start = next(spot.open_brackets(), ("", 0))
    values, tokens = spot.run.values, spot.tokens
    at = next((n for n in range(len(values)) if values[n] == start and isinstance(values[n], int)), 0)
    call = values[at - 1] if at else None
    if word[1].lower() != "as" or bracket != "(" or len(after) < 2 or after[1][1] != ")" or not isinstance(call, Name):
        return None
    function = _conversion(after[0][1])
    if call.name.lower() not in ("cast", "try_cast", "convert", "safe_cast") or not function:
        return None
    inside = [tokens[n] for n in range(bisect_left(tokens.starts, start), spot.index)]
    read = [spot.make("NAME", function, *call.span), *inside]
    undo = len(values) - at + 1
    if not spot.run.fits([token[0] for token in (*read, after[1]) if token[0] >= spot.tables.ignored], undo):
        return None
    spot.builder.forget(start)
    edits = Edit(call.span, function), Edit(Span(spot.before, after[0][3]), "")
    help = f"Write `{function}({spot.builder.text[start + 1 : spot.before].strip()})`."
    span, skipped = Span(call.start, after[1][3]), spot.skip_to(after[0][3])
    return Repair("expected `,` or `)`, found `as`", span, read, undo, skipped, help, Fix(f"write `{function}`", edits))


def _double_colon(spot: Spot) -> Repair | None:
    """`a::long`."""
    values, (_, *after) = spot.run.values, spot.ahead(2)
    name = values[-2] if len(values) > 1 else None
    if spot.text != ":" or spot.last_mark() != ":" or not isinstance(name, Name) or not after:
        return None
    function = _conversion(after[0][1])
    written, span = f"{function}({spot.builder.text[slice(*name.span)]})", Span(name.start, after[0][3])
    read = [spot.make("NAME", function, *name.span), spot.make("(", "(", name.end)]
    read += [spot.make("NAME", name.name, *name.span), spot.make(")", ")", span.end - 1)]
    if not function or not spot.run.fits([token[0] for token in read], undo=2):
        return None
    fix = Fix(f"write `{written}`", (Edit(span, written),))
    skipped = spot.skip_to(span.end)
    return Repair("expected an expression, found `::`", span, read, 2, skipped, f"Write `{written}`.", fix)


def _exclamation_mark(spot: Spot) -> Repair | None:
    """`a !in (1, 2)`, `a !contains "x"`: read as `not in`; `a !~ "x"`."""
    after = spot.ahead(2)[1:]
    if spot.text != "!" or not after:
        return None
    if after[0][1] == "~":
        return Repair(
            "expected `~`, found `!~`", Span(spot.start, after[0][3]), [], help="Write `not` before the field."
        )
    no = spot.make("NOT", "not", *spot.span)
    return Repair("", spot.span, [no]) if spot.run.fits([no[0], after[0][0]]) else None


def _and(spot: Spot) -> Repair | None:
    """`a & b`; `| and b`, where a condition goes on."""
    if spot.text.lower() not in ("&", "and"):
        return None
    stage = spot.last_mark() == spot.builder.stage
    written, message = ("filter", "a command") if stage else ("and", "`and`")
    token = spot.make("NAME" if stage else "AND", written, *spot.span)
    if not spot.run.fits([token[0], *(after[0] for after in spot.ahead(2)[1:])]):
        return None
    fix = Fix(f"write `{written}`", (Edit(spot.span, written),))
    return Repair(f"expected {message}, found `{spot.text}`", spot.span, [token], help=f"Write `{written}`.", fix=fix)


def _interval(spot: Spot) -> Repair | None:
    """`interval 1 day`: the word is left out, and what follows is told to be a length of time."""
    previous, after = spot.previous(), spot.ahead(2)[1:]
    if previous is None or previous[1].lower() != "interval" or not after or not spot.text.isdecimal():
        return None
    written = spot.text + (after[0][1][:1].lower() if after[0][1].lower() != "month" else "M")
    span = Span(previous[2], after[0][3])
    token = spot.make("DURATION", written, *span)
    if not after[0][1].isalpha() or not spot.run.fits([token[0]], undo=1):
        return None
    fix = Fix(f"write `{written}`", (Edit(span, written),))
    message, skipped = "expected a length of time, found `interval`", spot.skip_to(span.end)
    return Repair(message, span, [token], 1, skipped, f"Write `{written}`.", fix)


def _sign_of_command(spot: Spot) -> Repair | None:
    """`limit = 10`, `limit: 10`."""
    values = spot.run.values
    name, before = values[-1] if values else None, values[-2] if len(values) > 1 else None
    at_start = before is None or (isinstance(before, int) and spot.builder.text[before] in "|[")
    if spot.text not in (":", "=") or not isinstance(name, Name) or not at_start or commands.find(name.name) is None:
        return None
    if not spot.run.fits([token[0] for token in spot.ahead(2)[1:]]):
        return None
    help, fix = f"Remove the `{spot.text}`.", Fix(f"remove the `{spot.text}`", (Edit(spot.span, ""),), safe=False)
    return Repair(f"expected an expression, found `{spot.text}`", spot.span, [], help=help, fix=fix)


def _advised(spot: Spot) -> Repair | None:
    """What is left out with advice: `if a then 1 else 2`, `a . b`, `(a, b)`, `content |= "x"`."""
    previous, (bracket, _) = spot.previous(), next(spot.open_brackets(), ("", 0))
    word = previous[1].lower() if previous is not None else ""
    advice = ""
    if word in ("if", "case") and (spot.text[:1].isalnum() or spot.text[:1] in '_"`'):
        advice = "Write `if(condition, value, else: other)`."
    elif spot.text == "." and previous is not None and previous[3] != spot.start:
        advice = "Write `concat(a, b)` to join texts."
    elif spot.text == "," and bracket in ("(", "["):
        start = next(spot.open_brackets())[1]
        compared = spot.builder.text[:start].rstrip()[-2:] in ("==", "!=")
        advice = "Write `in(value, …)`." if compared else "Values are listed without brackets, or in `{ }`."
    elif spot.text in ("=", "~") and spot.last_mark() == spot.builder.stage:
        advice = 'Write `| filter contains(content, "…")`, or `filter content ~ "…"`.'
    if not advice:
        return None
    repair = leave_out(spot)
    repair.help, repair.fix = advice, None
    return repair


def _range(spot: Spot) -> Repair | None:
    """`a between (1 .. 2)`."""
    values, text, (_, *after) = spot.run.values, spot.builder.text, spot.ahead(4)
    between = values[-3] if len(values) > 3 else None
    if spot.text != "." or not isinstance(between, Name) or between.name.lower() != "between" or len(after) < 3:
        return None
    if after[0][1] != "." or after[2][1] != ")" or not isinstance(values[-4], Node) or not spot.run.fits([], undo=3):
        return None
    value, span = text[slice(*values[-4].span)], Span(values[-4].start, after[2][3])
    low, high = text[values[-2] + 1 : spot.before].strip(), after[1][1]
    written = f"{value} >= {low} and {value} <= {high}"
    fix = Fix(f"write `{written}`", (Edit(span, f"({written})"),))
    skipped = spot.skip_to(span.end)
    return Repair("expected an operator, found `between`", span, [], 3, skipped, f"Write `{written}`.", fix, "E004")


#: How queries of metrics and of streams of logs begin.
_ELSEWHERE = re.compile(r"\s*(?:\{(?!\{)|\(|\w+\s+(?:by|without)\s*\(|(?:\w+\s*\(\s*)?(?:i?rate|increase)\s*\()")


def _whole_query(spot: Spot) -> Repair | None:
    """`{app="x"} |= "error"`, `sum by (job) (rate(requests[5m]))`: a query that begins as none of DQL does."""
    text = spot.builder.text
    if spot.builder.start == "expression" or not _ELSEWHERE.match(text):
        return None
    end, undo = spot.tokens.kinds[len(spot.tokens) - 1], len(spot.run.values)
    bad, skipped = spot.make("BAD", text.strip(), len(text) - len(text.lstrip())), spot.skip_to(len(text))
    if not spot.run.fits([bad[0], end], undo):
        return None
    spot.builder.forget(0)
    help = "A query begins with its source: `fetch logs | filter …`, `timeseries sum(…), by:{…}`."
    message = "expected a query, found one of another language"
    return Repair(message, Span(bad[2], bad[3]), [bad], undo, skipped, help)


VALUES = (_cast, _double_colon, _exclamation_mark, _and, _interval, _sign_of_command, _range, _whole_query, _advised)
