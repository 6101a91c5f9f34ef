"""Errors that DQL can tell more about than what was expected. Imported only when there is an error."""

from __future__ import annotations

import re

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.recovery import Repair, Spot
from dqlkit.languages.syntax.tree import Name

__all__ = ["repair"]

_HYPHENATED = {
    "mv-expand": "expand",
    "project-away": "fieldsRemove",
    "project-keep": "fieldsKeep",
    "project-rename": "fieldsRename",
    "project-reorder": "fields",
    "make-series": "makeTimeseries",
}
_WITHOUT_BY = {"sort", "dedup"}


def repair(spot: Spot) -> Repair | None:
    """The first of the repairs below that applies."""
    return next(filter(None, (attempt(spot) for attempt in _REPAIRS)), None)


def _hole(spot: Spot) -> Repair | None:
    """A placeholder stands for anything: an operator, more arguments with their comma, nothing."""
    hole = spot.kind("HOLE")
    if spot.token[0] == hole:
        comma, operator = spot.make(","), spot.make("COMPARE", *spot.token[1:])
        if spot.run.fits([operator[0], *(token[0] for token in spot.ahead(3)[1:])]):
            return Repair("", spot.span, [operator])
        if spot.fits(comma, ahead=2):
            return Repair("", spot.span, [comma, spot.token])
        return Repair("", spot.span, []) if spot.run.fits([token[0] for token in spot.ahead(2)[1:]]) else None
    previous = spot.previous()
    if previous and previous[0] == hole:
        comma = spot.make(",")
        return Repair("", spot.span, [comma, spot.token]) if spot.fits(comma, ahead=2) else None
    return None


def _colon(spot: Spot) -> Repair | None:
    """`tags:azure[x]`: a name with a colon in it."""
    previous, (_, *after) = spot.previous(), spot.ahead(2)
    if spot.text != ":" or not previous or not after or not isinstance(spot.run.values[-1], Name):
        return None
    if previous[3] != spot.start or after[0][2] != spot.token[3]:
        return None
    written = f"`{previous[1]}:{after[0][1]}`"
    name = spot.make("QUOTED_NAME", written, previous[2], after[0][3])
    if not spot.run.fits([name[0]], undo=1):
        return None
    span = Span(previous[2], after[0][3])
    fix = Fix("write the name in backticks", (Edit(span, written),))
    help = f"A name with `:` is written in backticks: {written}."
    return Repair(spot.message(), spot.span, [name], undo=1, skipped=spot.skip_to(span.end), help=help, fix=fix)


def _path(spot: Spot) -> Repair | None:
    """`load /lookups/a`: a path without quotes."""
    path = re.compile(r"(?:/[\w.-]+)+").match(spot.builder.text, spot.start)
    if spot.text != "/" or not path:
        return None
    string = spot.make("STRING", f'"{path.group()}"', path.start(), path.end())
    if not spot.run.fits([string[0]]):
        return None
    fix = Fix("put it in quotes", (Edit(Span(*path.span()), string[1]),))
    message, help = f"expected a string, found `{path.group()}`", f"Write `{string[1]}`."
    return Repair(message, Span(*path.span()), [string], skipped=spot.skip_to(path.end()), help=help, fix=fix)


def _pattern(spot: Spot) -> Repair | None:
    """`smartscapeNodes K8S_*`: a pattern without quotes."""
    values, text = spot.run.values, spot.builder.text
    if len(values) < 2 or not isinstance(values[-2], Name) or text[values[-2].end : spot.before] != "*":
        return None
    span = Span(values[-2].start, spot.before)
    string = spot.make("STRING", f'"{text[span.start : span.end]}"', *span)
    if not spot.fits(string, undo=2):
        return None
    fix = Fix("put it in quotes", (Edit(span, string[1]),))
    message, help = f"expected a string, found `{text[span.start : span.end]}`", f"Write `{string[1]}`."
    return Repair(message, span, [string, spot.token], undo=2, help=help, fix=fix)


def _count_star(spot: Spot) -> Repair | None:
    """`count(*)`."""
    after = spot.ahead(2)[1:]
    if (
        spot.text != "*"
        or spot.last_mark() != "("
        or [token[1] for token in after] != [")"]
        or not spot.run.fits([after[0][0]])
    ):
        return None
    fix = Fix("remove the `*`", (Edit(spot.span, ""),))
    return Repair("expected an expression or `)`, found `*`", spot.span, [], help="Write `count()`.", fix=fix)


def _hyphenated(spot: Spot) -> Repair | None:
    """`mv-expand a`: a foreign command whose name reads as a subtraction."""
    if len(spot.run.values) < 3 or not isinstance(spot.run.values[-3], Name):
        return None
    start = spot.run.values[-3].start
    written = spot.builder.text[start : spot.before]
    name = _HYPHENATED.get(written.lower())
    if not name or not spot.run.fits([spot.kind("NAME"), spot.token[0]], undo=3):
        return None
    span = Span(start, spot.before)
    fix = Fix(f"write `{name}`", (Edit(span, name),))
    message = f"expected a DQL command, found `{written}`"
    tokens = [spot.make("NAME", name, *span), spot.token]
    return Repair(message, span, tokens, undo=3, help=f"Use `{name}`.", fix=fix, code="E005")


def _by(spot: Spot) -> Repair | None:
    """`sort by a`, `summarize by a`."""
    values = spot.run.values
    if (
        len(values) < 2
        or not isinstance(values[-1], Name)
        or not isinstance(values[-2], Name)
        or values[-1].name.lower() != "by"
    ):
        return None
    by: Name = values[-1]
    if values[-2].name.lower() in _WITHOUT_BY and spot.fits(undo=1):
        fix = Fix("remove `by`", (Edit(Span(by.start, spot.start), ""),))
        return Repair("expected an expression, found `by`", by.span, [spot.token], undo=1, help="Remove `by`.", fix=fix)
    colon = spot.make(":", ":")
    if not spot.fits(colon):
        return None
    fix = Fix("insert `:`", (Edit(Span(by.end, by.end), ":"),))
    return Repair(
        f"expected `:` before {spot.found()}", spot.span, [colon, spot.token], help="Write `by:{…}`.", fix=fix
    )


_REPAIRS = (_hole, _colon, _path, _pattern, _count_star, _hyphenated, _by)
