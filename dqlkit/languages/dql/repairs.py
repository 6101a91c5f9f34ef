"""Repairs for common DQL mistakes, with better messages than what was expected. Imported only when there is an
error."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import partial
from itertools import islice
from typing import Any

from dqlkit import functions
from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.functions import Function
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.foreign import FOREIGN
from dqlkit.languages.dql.foreign_values import VALUES
from dqlkit.languages.dql.phrases import phrase
from dqlkit.languages.syntax.parser import TEXT
from dqlkit.languages.syntax.recovery import Repair, Spot, leave_out
from dqlkit.languages.syntax.tree import Argument, Hole, Name, Node

__all__ = ["repair"]

_DIRECTIONS = {"ascending": "asc", "descending": "desc", "dsc": "desc", "decs": "desc", "dec": "desc"}


_MOST_UNDONE = 20


def repair(spot: Spot) -> Repair | None:
    """The first of the repairs below that applies."""
    for attempt in _REPAIRS:
        found = attempt(spot)
        if found is not None:
            return found
    return None


def _hole(spot: Spot) -> Repair | None:
    """A placeholder stands for anything: an operator, more of that beside it, more arguments with their comma, nothing."""
    hole = spot.kind("HOLE")
    if spot.token[0] == hole:
        comma, operator = spot.make(","), spot.make("COMPARE", *spot.token[1:])
        if spot.run.fits([operator[0], *(token[0] for token in spot.ahead(3)[1:])]):
            return Repair("", spot.span, [operator])
        beside = _beside(spot)
        if beside is not None:
            return beside
        if spot.fits(comma, ahead=2):
            return Repair("", spot.span, [comma, spot.token])
        return _around(spot)
    previous = spot.previous()
    if previous and previous[0] == hole:
        comma = spot.make(",")
        return Repair("", spot.span, [comma, spot.token]) if spot.fits(comma, ahead=2) else None
    return None


def _beside(spot: Spot) -> Repair | None:
    """`{{ f }} {{ o }}`: placeholders side by side are one text."""
    previous, value = spot.previous(), spot.run.values[-1] if spot.run.values else None
    if previous is None or not isinstance(value, Hole) or value.span != previous[2:4]:
        return None
    whole = spot.make("HOLE", spot.builder.text[value.start : spot.token[3]], value.start, spot.token[3])
    after = [token[0] for token in spot.ahead(2)[1:] if token[0] != whole[0]]  # another one may stand beside it, too
    fits = spot.run.fits([whole[0], *after], undo=1)
    return Repair("", spot.span, [whole], undo=1) if fits else None


def _around(spot: Spot) -> Repair | None:
    """`(a == 1 {{ more }})`: with the value before it, where nothing else may stand, it is one text."""
    text, brackets = spot.builder.text, spot.builder.brackets
    closed = 0
    for undo, value in enumerate(islice(spot.run.values[::-1], _MOST_UNDONE), 1):
        start = value if isinstance(value, int) else value.start if isinstance(value, Node) else -1
        mark = text[start : start + 1] if start == value else ""
        closed += (mark in brackets.values()) - (mark in brackets)
        if closed < 0:
            break
        whole = spot.make("HOLE", text[start : spot.token[3]], start, spot.token[3])
        if closed == 0 <= start and spot.run.fits([whole[0], *(token[0] for token in spot.ahead(2)[1:])], undo):
            return Repair("", spot.span, [whole], undo)
    return None


def _macro(spot: Spot) -> Repair | None:
    """`$__timeFilter(a)`: a macro of Grafana, which its plugin replaces; nothing is known of what it becomes."""
    previous, text = spot.previous(), spot.builder.text
    if spot.text != "(" or not previous or not previous[1].startswith("$__") or previous[3] != spot.start:
        return None
    end = text.find(")", spot.start) + 1
    hole = spot.make("HOLE", text[previous[2] : end], previous[2], end)
    if not end or "\n" in hole[1] or not spot.run.fits([hole[0]], undo=1):
        return None
    return Repair("", spot.span, [hole], undo=1, skipped=spot.skip_to(end))


def _comma_before_pipe(spot: Spot) -> Repair | None:
    """`fetch logs, from:-1h, | …`: the service takes a comma before a pipe, so nothing is said."""
    if spot.text != "|" or spot.last_mark() != "," or not spot.fits(undo=1):
        return None
    return Repair("", spot.span, [spot.token], undo=1)


def _colon(spot: Spot) -> Repair | None:
    """`tags:azure[x]`: a name with a colon in it."""
    previous, (_, *after) = spot.previous(), spot.ahead(2)
    if spot.text != ":" or not previous or not after or not isinstance(spot.run.values[-1], Name):
        return None
    if previous[3] != spot.start or after[0][2] != spot.token[3] or not re.match(r"\w", after[0][1]):
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
    """`load /lookups/a`: a path without quotes; `lookup [/lookups/a]`: without the command that reads it, too."""
    path = re.compile(r"(?:/[\w.-]+)+").match(spot.builder.text, spot.start)
    if spot.text != "/" or not path:
        return None
    string = spot.make(TEXT, f'"{path.group()}"', path.start(), path.end())
    load = spot.make("NAME", "load", path.start(), path.start())
    inside = spot.last_mark() == spot.builder.stages_inside and spot.run.fits([load[0], string[0]])
    if not inside and not spot.run.fits([string[0]]):
        return None
    written = f"load {string[1]}" if inside else string[1]
    fix = Fix(f"write `{written}`", (Edit(Span(*path.span()), written),))
    expected = "a command" if inside else "a string"
    tokens = [load, string] if inside else [string]
    message, help = f"expected {expected}, found `{path.group()}`", f"Write `{written}`."
    return Repair(message, Span(*path.span()), tokens, skipped=spot.skip_to(path.end()), help=help, fix=fix)


def _pattern(spot: Spot) -> Repair | None:
    """`smartscapeNodes K8S_*`: a pattern without quotes."""
    values, text = spot.run.values, spot.builder.text
    if len(values) < 2 or not isinstance(values[-2], Name) or text[values[-2].end : spot.before] != "*":
        return None
    span = Span(values[-2].start, spot.before)
    string = spot.make(TEXT, f'"{text[span.start : span.end]}"', *span)
    if not spot.fits(string, undo=2):
        return None
    fix = Fix("put it in quotes", (Edit(span, string[1]),))
    message, help = f"expected a string, found `{text[span.start : span.end]}`", f"Write `{string[1]}`."
    return Repair(message, span, [string, spot.token], undo=2, help=help, fix=fix)


def _call_without_end(spot: Spot) -> Repair | None:
    """`sum(a, by:{b} | …`: a call that lacks its `)` well before that shows. Where an argument follows that can only be
    one of the command, the call is closed before it, and what came after is read again.
    """
    values = spot.run.values
    bracket, start = next(spot.open_brackets(), ("", 0))
    depth = next((n for n, value in enumerate(values[::-1]) if value == start and isinstance(value, int)), 0)
    call = values[-depth - 2] if bracket == "(" and depth and depth + 2 <= len(values) else None
    if not isinstance(call, Name) or call.name.lower() == "record" or spot.text in (")", ","):
        return None
    arguments = [argument for argument in _arguments(values[-depth:]) if isinstance(argument, Argument)]
    of_command = partial(_of_command, functions.find(call.name))
    outer = next((n for n, argument in enumerate(arguments) if argument.alias or of_command(argument)), 0)
    if not outer:
        return None
    end = arguments[outer - 1].end
    tokens = spot.tokens
    first, middle = bisect_left(tokens.starts, start) + 1, bisect_left(tokens.starts, end)
    again = [tokens[n] for n in range(first, middle)] + [spot.make(")", ")", end - 1)]
    again += [tokens[n] for n in range(middle, spot.index + 1)]
    if not spot.run.fits([token[0] for token in again if token[0] >= spot.tables.ignored], undo=depth):
        return None
    spot.builder.forget(start)
    comma = Span(end, next(token[3] for token in again[middle - first + 1 :] if token[1] == ","))
    fix = Fix("insert `)`", (Edit(Span(end, end), ")"),), safe=False)
    help = f"Close the call of `{call.name}` with `)`."
    return Repair("expected `)`, found `,`", Span(comma.end - 1, comma.end), again, undo=depth, help=help, fix=fix)


def _arguments(values: list[object]) -> list[object]:
    """The arguments that were read of a call that has not ended."""
    return [item for value in values for item in (value if isinstance(value, list) else [value])]


def _of_command(function: Function[..., Any] | None, argument: Argument) -> bool:
    """Whether an argument has the name of a parameter that commands have, and the function that is called has not."""
    name = argument.name.name if argument.name is not None else ""
    if not name or function is None or function.signature.find(name) is not None:
        return False
    return any(command.signature.find(name) is not None for command in commands.commands().values())


def _quote(spot: Spot) -> Repair | None:
    """A quote that stands where no string can, and is never closed."""
    text = spot.text
    if (
        text[:1] not in ('"', "`")
        or (len(text) > 1 and text[-1] == text[0])
        or not spot.run.fits([spot.ahead(2)[-1][0]])
    ):
        return None
    quote = '"""' if text.startswith('"""') else text[0]
    span = Span(spot.start, spot.start + len(quote))
    return Repair(spot.message(), span, [], help="Remove it, or what is before it lacks one.")


def _direction(spot: Spot) -> Repair | None:
    """`sort a descending`."""
    direction = _DIRECTIONS.get(spot.text.lower(), "")
    if not direction or not spot.run.fits([spot.kind(direction.upper()), *(token[0] for token in spot.ahead(2)[1:])]):
        return None
    fix = Fix(f"write `{direction}`", (Edit(spot.span, direction),))
    token = spot.make(direction.upper(), direction, *spot.span)
    return Repair(
        f"expected `{direction}`, found {spot.found()}", spot.span, [token], help=f"Write `{direction}`.", fix=fix
    )


def _alias(spot: Spot) -> Repair | None:
    """`count() as n`, `by:{a as b}`: the name stands in front."""
    word, *after = spot.ahead(3)
    if word[1].lower() != "as" or len(after) < 2 or not spot.run.fits([after[1][0]]):
        return None
    span, name = Span(word[2], after[0][3]), after[0][1]
    start = _start_of_argument(spot)
    text = spot.builder.text[start : spot.before]
    help, fix = "Write the name in front: `name = value`.", None
    if start >= 0 and "=" not in text and after[0][0] in (spot.kind("NAME"), spot.kind("QUOTED_NAME")):
        fix = Fix(
            "write the name in front", (Edit(Span(start, start), f"{name} = "), Edit(Span(spot.before, span.end), ""))
        )
        help = f"Write `{name} = {' '.join(text.split())}`."
    value = spot.run.values[-1]
    tokens, undo = [], 0
    if isinstance(value, Name) and value.start == start:
        kind = "QUOTED_NAME" if value.quoted else "NAME"
        tokens, undo = [after[0], spot.make("=", "="), spot.make(kind, text, start)], 1
        if not spot.run.fits([token[0] for token in tokens], undo):
            tokens, undo = [], 0
    skipped = spot.skip_to(span.end)
    return Repair(f"expected `,` or `|`, found `{word[1]}`", span, tokens, undo, skipped, help, fix)


def _start_of_argument(spot: Spot) -> int:
    """Where the argument began that was read last; -1 where that cannot be told."""
    text, depth, values = spot.builder.text, 0, spot.run.values
    for n in range(len(values) - 1, -1, -1):
        value = values[n]
        mark = text[value : value + 1] if isinstance(value, int) else ""
        if mark and mark in ")]}":
            depth += 1
        elif mark and mark in "([{" and depth:
            depth -= 1
        elif (mark in (",", "{") and not depth) or (isinstance(value, Name) and _is_command(spot, n)):
            at = value + 1 if isinstance(value, int) else value.end
            return at + len(text[at:]) - len(text[at:].lstrip())
    return -1


def _is_command(spot: Spot, n: int) -> bool:
    before = spot.run.values[n - 1] if n else None
    at_start = before is None or (isinstance(before, int) and spot.builder.text[before : before + 1] in "|[")
    return at_start and commands.find(spot.run.values[n].name) is not None


def _aggregation_as_stage(spot: Spot) -> Repair | None:
    """`| count()`: an aggregation where a stage stands."""
    values = spot.run.values
    if spot.text != ")" or spot.last_mark() != "(" or len(values) < 2 or not isinstance(values[-2], Name):
        return None
    name: Name = values[-2]
    summarize, function = (
        spot.make("NAME", "summarize", name.start, name.start),
        spot.make("NAME", name.name, *name.span),
    )
    tokens = [summarize, function, spot.make("(", "(", values[-1]), spot.token]
    if functions.find(name.name, "aggregation") is None or not spot.run.fits([token[0] for token in tokens], 2):
        return None
    fix = Fix("write `summarize`", (Edit(Span(name.start, name.start), "summarize "),))
    message, help = f"expected a command, found the function `{name.name}()`", f"Write `summarize {name.name}()`."
    return Repair(message, name.span, tokens, 2, help=help, fix=fix, code="E006")


def _second_query(spot: Spot) -> Repair | None:
    """Another query behind an empty line, or a semicolon."""
    parted = spot.text == ";"
    after = spot.ahead(2)[parted:]
    known = commands.find(after[0][1]) if after else None
    parted = parted or bool(re.search(r"\n\s*\n", spot.builder.text[spot.before : spot.start]))
    if known is None or not known.starting or not parted:
        return None
    repair = leave_out(spot)
    repair.message, repair.fix = "expected one query, found a second one", None
    repair.help = "Keep each query by itself, or join them with `append [ … ]`."
    return repair


def _parameter(spot: Spot) -> Repair | None:
    """`fetch logs from now()-1h`: a parameter without its comma and colon."""
    names = (value.name for value in spot.run.values[::-1] if isinstance(value, Name))
    command = next(filter(None, map(commands.find, names)), None)
    parameter = command.signature.find(spot.text) if command is not None else None
    name, *after = spot.ahead(2)
    comma, word, colon = spot.make(","), spot.make("NAME", spot.text, *spot.span), spot.make(":", ":", spot.token[3])
    if parameter is None or not after or not spot.run.fits([comma[0], word[0], colon[0], after[0][0]]):
        return None
    edits = Edit(Span(spot.before, spot.before), ","), Edit(Span(name[3], name[3]), ":")
    message, help = f"expected `,` and `:`, found `{name[1]}`", f"Write `, {name[1]}:`."
    return Repair(message, spot.span, [comma, word, colon], help=help, fix=Fix("write it as a parameter", edits))


def _member(spot: Spot) -> Repair | None:
    """`a.b[0].c`: a member behind brackets."""
    dot, *after = spot.ahead(2)
    if dot[1] != "." or not after or spot.last_mark() != "]" or not after[0][1].isidentifier():
        return None
    name, end = after[0][1], after[0][3]
    tokens = [spot.make("[", "["), spot.make("NAME", name, after[0][2], end), spot.make("]", "]", end - 1, end)]
    if not spot.run.fits([token[0] for token in tokens]):
        return None
    span = Span(dot[2], end)
    fix = Fix(f"write `[{name}]`", (Edit(span, f"[{name}]"),))
    return Repair(
        "expected `[`, found `.`", span, tokens, skipped=spot.skip_to(end), help=f"Write `[{name}]`.", fix=fix
    )


_REPAIRS = (
    _call_without_end,
    _hole,
    _macro,
    _comma_before_pipe,
    phrase,
    *VALUES,
    _colon,
    _path,
    _pattern,
    _quote,
    _direction,
    _alias,
    _aggregation_as_stage,
    _second_query,
    _parameter,
    _member,
    *FOREIGN,
)
