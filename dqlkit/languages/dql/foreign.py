"""Repairs for words and signs of other languages, where the grammar has no place for them."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.dql import commands
from dqlkit.languages.syntax.recovery import Repair, Spot, leave_out
from dqlkit.languages.syntax.tree import Name

__all__ = ["FOREIGN"]

#: Words of other languages that stand between, and what is written instead.
_ADVICE = {
    "facet": "Group with `by:{…}`.",
    "matches": 'Call a function: `matchesPhrase(field, "text")`, or `matchesPattern(field, "pattern")`.',
    "when": "Write `if(condition, value, else: other)`.",
    "then": "Write `if(condition, value, else: other)`.",
    "offset": "Records are not skipped: `sort` and `limit` choose them.",
    "since": "Write `, from:now()-1h`.",
    "until": "Write `, to:now()`.",
    "null": "Write `isNotNull(…)`.",
    "with": 'A pattern stands in quotes: `parse field, "…"`.',
    "on": "Write `, sourceField:…, lookupField:…`.",
}


def _foreign_stage(spot: Spot) -> Repair | None:
    """`filter a where b`: a command of another language without its pipe."""
    foreign = commands.known_elsewhere().get(spot.text.lower())
    if foreign is None or not foreign.renamed:
        return None
    name = foreign.command.name
    tokens = [spot.make("|", "|"), spot.make("NAME", name, *spot.span)]
    if not spot.run.fits([*(token[0] for token in tokens), *(token[0] for token in spot.ahead(2)[1:])]):
        return None
    fix = Fix(f"write `| {name}`", (Edit(spot.span, f"| {name}"),), safe=False)
    message = f"expected `|` and a DQL command, found `{spot.text}`"
    return Repair(message, spot.span, tokens, help=f"Write `| {name}`.", fix=fix, code="E005")


def _other_pipe(spot: Spot) -> Repair | None:
    """`fetch logs || filter a`, `fetch logs > filter a`: signs of shells for the pipe."""
    values, text = spot.run.values, spot.builder.text
    name, sign = values[-1] if values else None, values[-2] if len(values) > 1 else None
    if not isinstance(name, Name) or not isinstance(sign, tuple) or sign[1] not in ("or", ">"):
        return None
    span = Span(sign[0], len(text[: name.start].rstrip()))
    if text[slice(*span)] not in ("||", ">"):
        return None
    tokens = [spot.make("|", "|", *span), spot.make("NAME", name.name, *name.span), spot.token]
    if commands.find(name.name) is None or not spot.run.fits([token[0] for token in tokens], undo=2):
        return None
    spot.builder.forget(span.start)
    fix = Fix("write `|`", (Edit(span, "|"),))
    return Repair(f"expected `|`, found `{text[slice(*span)]}`", span, tokens, 2, help="Write `|`.", fix=fix)


def _second_number(spot: Spot) -> Repair | None:
    """`limit 10 20`."""
    previous = spot.previous()
    if previous is None or not spot.text.isdecimal() or not previous[1].isdecimal():
        return None
    repair = leave_out(spot)
    repair.help, repair.fix = _ADVICE["offset"], None
    return repair


def _without_braces(spot: Spot) -> Repair | None:
    """`by: a b`: two values of a parameter without braces and a comma."""
    values = spot.run.values
    if len(values) < 3 or spot.last_mark() or not all(isinstance(value, Name) for value in (values[-1], values[-3])):
        return None
    value: Name = values[-1]
    if spot.builder.text[values[-3].end : value.start].strip() != ":":
        return None
    span, written = Span(value.start, spot.token[3]), f"{{{value.name}, {spot.text}}}"
    inside = [spot.make("NAME", value.name, *value.span), spot.make(",", ",", value.end), spot.token]
    tokens = [spot.make("{", "{", value.start), *inside, spot.make("}", "}", span.end - 1)]
    if not spot.run.fits([token[0] for token in (*tokens, *spot.ahead(2)[1:])], undo=1):
        return None
    fix = Fix(f"write `{written}`", (Edit(span, written),), safe=False)
    return Repair(spot.message(), spot.span, tokens, 1, help=f"Write `{written}`.", fix=fix)


def _word(spot: Spot) -> Repair | None:
    """A word of another language between two values: left out, with advice."""
    advice = _ADVICE.get(spot.text.lower())
    if advice is None or "\n" in spot.builder.text[spot.before : spot.start]:
        return None
    repair = leave_out(spot)
    repair.help, repair.fix = advice, None
    return repair


def _slice(spot: Spot) -> Repair | None:
    """`a[0:3]`."""
    if spot.text != ":" or next(spot.open_brackets(), ("", 0))[0] != "[":
        return None
    repair = leave_out(spot)
    repair.help = "Write `arraySlice(array, from: …, to: …)`."
    return repair


def _ternary(spot: Spot) -> Repair | None:
    """`a ? b : c`, `a ?? b`: left out, with advice."""
    if spot.text != "?":
        return None
    twice = [token[1] for token in spot.ahead(2)] == ["?", "?"]
    repair = leave_out(spot)
    repair.help = "Write `coalesce(value, other)`." if twice else "Write `if(condition, value, else: other)`."
    return repair


def _regular_expression(spot: Spot) -> Repair | None:
    """`a =~ "x"`, `a ~= "x"`: read as `~`."""
    previous = spot.previous()
    if previous is None or previous[3] != spot.start or {previous[1], spot.text} != {"=", "~"}:
        return None
    tokens, undo = ([spot.token], 1) if spot.text == "~" else ([], 0)
    if not spot.run.fits([token[0] for token in (*tokens, *spot.ahead(2)[1:])], undo):
        return None
    span = Span(previous[2], spot.token[3])
    help = "`~` finds words, `matchesValue()` texts with `*`, `matchesRegex()` regular expressions."
    return Repair(f"expected `~`, found `{previous[1]}{spot.text}`", span, tokens, undo, help=help, code="E004")


def _star(spot: Spot) -> Repair | None:
    """`fields *`: all fields."""
    values, bad = spot.run.values, spot.make("BAD", "*", *spot.span)
    after = [token[0] for token in spot.ahead(2)[1:]]
    if spot.text != "*" or not values or not isinstance(values[-1], Name) or commands.find(values[-1].name) is None:
        return None
    if not spot.run.fits([bad[0], *after]):
        return None
    help = f"All fields are there without `{values[-1].name}`."
    return Repair("expected a field, found `*`", spot.span, [bad], help=help)


def _values(spot: Spot) -> Repair | None:
    """`a == {1, 2}`, `{"a": 1}`, `[]`: values that are written as other languages write them, left out with advice."""
    previous = spot.previous()
    before = previous[1] if previous is not None else ""
    advice = {("{", "=="): "in(…, {…})", ("{", "!="): "not in(…, {…})", ("]", "["): "array()"}.get(
        (spot.text, before), ""
    )
    if (
        advice == "array()"
        and previous is not None
        and spot.builder.text[: previous[2]].rstrip()[-1:] not in ("=", "(", ",")
    ):
        advice = "[fetch …]"
    if spot.text == ":" and before[:1] == '"' and next(spot.open_brackets(), ("", 0))[0] == "{":
        advice = "record(name = value)"
    if not advice:
        return None
    repair = leave_out(spot)
    repair.help, repair.fix = f"Write `{advice}`.", None
    return repair


def _group_by(spot: Spot) -> Repair | None:
    """`summarize count() group by a`: `by` tells it."""
    after = spot.ahead(2)[1:]
    if spot.text.lower() != "group" or not after or after[0][1].lower() != "by" or not spot.run.fits([after[0][0]]):
        return None
    return Repair("", spot.span, [])


def _direction_in_front(spot: Spot) -> Repair | None:
    """`sort desc a`."""
    values, previous = spot.run.values, spot.previous()
    direction = values[-1] if values else None
    if not isinstance(direction, Name) or previous is None or direction.name.lower() not in ("asc", "desc"):
        return None
    word = direction.name.lower()
    behind = spot.make(word.upper(), word, spot.token[3] - len(word))  # so that the argument ends with the value
    tokens = [spot.token, behind]
    if not spot.run.fits([*(token[0] for token in tokens), *(token[0] for token in spot.ahead(2)[1:])], undo=1):
        return None
    edits = Edit(Span(direction.start, spot.start), ""), Edit(Span(spot.token[3], spot.token[3]), f" {word}")
    fix = Fix("write the direction behind the value", edits)
    written = f"{spot.text} {word}"
    return Repair(
        f"expected `{word}` behind the value",
        direction.span,
        tokens,
        1,
        help=f"Write `{written}`.",
        fix=fix,
        code="E016",
    )


def _bare_query(spot: Spot) -> Repair | None:
    """`append fetch a`: a query without its brackets."""
    values = spot.run.values
    if len(values) < 2 or not isinstance(values[-1], Name) or not isinstance(values[-2], Name):
        return None
    outer, inner = commands.find(values[-2].name), commands.find(values[-1].name)
    if inner is None or not inner.starting or outer is None or outer.starting:
        return None
    name, source = spot.make("NAME", inner.name, *values[-1].span), spot.token
    tokens = [spot.make("[", "[", name[2], name[2]), name, source, spot.make("]", "]", source[3] - 1)]
    if not spot.run.fits([token[0] for token in tokens], undo=1):
        return None
    span = Span(name[2], source[3])
    written = f"[{spot.builder.text[slice(*span)]}]"
    fix = Fix(f"write `{written}`", (Edit(span, written),), safe=False)
    return Repair("expected a query in brackets", span, tokens, 1, help=f"Write `{written}`.", fix=fix)


def _colon_of_parameter(spot: Spot) -> Repair | None:
    """`join [fetch y], on a`: a parameter without its colon."""
    values, colon = spot.run.values, spot.make(":", ":")
    name = values[-1] if values else None
    names = (value.name for value in values[-2::-1] if isinstance(value, Name))
    command = next(filter(None, map(commands.find, names)), None)
    if not isinstance(name, Name) or command is None or command.signature.find(name.name) is None:
        return None
    if not spot.fits(colon):
        return None
    fix = Fix("insert `:`", (Edit(Span(name.end, name.end), ":"),))
    message = f"expected `:` before {spot.found()}"
    return Repair(message, spot.span, [colon, spot.token], help=f"Write `{name.name}:`.", fix=fix)


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
    foreign = commands.known_elsewhere().get(written.lower())
    if foreign is None or not spot.run.fits([spot.kind("NAME"), spot.token[0]], undo=3):
        return None
    span, name = Span(start, spot.before), foreign.command.name
    fix = Fix(f"write `{name}`", (Edit(span, name),))
    message = f"expected a DQL command, found `{written}`"
    tokens = [spot.make("NAME", name, *span), spot.token]
    return Repair(message, span, tokens, undo=3, help=foreign.advice, fix=fix, code="E005")


def _by_in_front(spot: Spot) -> Repair | None:
    """`summarize by a count()`."""
    by, after = spot.run.values[-1] if spot.run.values else None, spot.ahead(3)[1:]
    if not isinstance(by, Name) or by.name.lower() != "by" or [token[1] for token in after[1:]] != ["("]:
        return None
    end = spot.token[3]
    tokens = [
        spot.make(":", ":"),
        spot.make("{", "{"),
        spot.token,
        spot.make("}", "}", end - 1),
        spot.make(",", ",", end),
    ]
    if not spot.run.fits([token[0] for token in (*tokens, *after)]):
        return None
    edits = Edit(Span(by.end, spot.start), ":{"), Edit(Span(end, end), "},")
    help = f"Write `by:{{{spot.text}}},`."
    return Repair(f"expected `:` before {spot.found()}", spot.span, tokens, help=help, fix=Fix("write braces", edits))


def _by(spot: Spot) -> Repair | None:
    """`sort by a`, `summarize by a`."""
    values = spot.run.values
    if len(values) < 2 or not isinstance(values[-1], Name) or values[-1].name.lower() != "by":
        return None
    by: Name = values[-1]
    known = commands.find(values[-2].name) if isinstance(values[-2], Name) else None
    if known is not None and known.signature.find("by") is None and spot.fits(undo=1):
        fix = Fix("remove `by`", (Edit(Span(by.start, spot.start), ""),))
        return Repair("expected an expression, found `by`", by.span, [spot.token], undo=1, help="Remove `by`.", fix=fix)
    colon = spot.make(":", ":")
    if not spot.fits(colon):
        return None
    fix = Fix("insert `:`", (Edit(Span(by.end, by.end), ":"),))
    return Repair(
        f"expected `:` before {spot.found()}", spot.span, [colon, spot.token], help="Write `by:{…}`.", fix=fix
    )


def _assigned(spot: Spot) -> Repair | None:
    """`x := 5`."""
    previous = spot.previous()
    if spot.text != "=" or previous is None or previous[1] != ":" or previous[3] != spot.start:
        return None
    if not spot.fits(undo=1):
        return None
    span = Span(previous[2], spot.token[3])
    fix = Fix("write `=`", (Edit(span, "="),))
    return Repair("expected `=`, found `:=`", span, [spot.token], undo=1, help="Write `=`.", fix=fix)


def _length_in_words(spot: Spot) -> Repair | None:
    """`now() - 1 day`: a unit behind a blank."""
    previous, unit = spot.previous(), spot.text
    if previous is None or not previous[1].isdecimal() or unit.lower().removesuffix("s") not in _LENGTHS:
        return None
    span, written = Span(previous[2], spot.token[3]), previous[1] + _LENGTHS[unit.lower().removesuffix("s")]
    duration = spot.make("DURATION", written, *span)
    if not spot.run.fits([duration[0]], undo=1):
        return None
    fix = Fix(f"write `{written}`", (Edit(span, written),))
    message = f"expected a length of time, found `{previous[1]} {unit}`"
    return Repair(message, span, [duration], undo=1, help=f"Write `{written}`.", fix=fix)


_LENGTHS = {"second": "s", "minute": "m", "hour": "h", "day": "d", "week": "w", "month": "M", "year": "y"}


def _count_distinct(spot: Spot) -> Repair | None:
    """`count(distinct a)`."""
    previous, values = spot.previous(), spot.run.values
    if previous is None or previous[1].lower() != "distinct" or len(values) < 3 or not isinstance(values[-3], Name):
        return None
    name = values[-3]
    if name.name.lower() != "count":
        return None
    tokens = [spot.make("NAME", "countDistinct", *name.span), spot.make("(", "(", values[-2]), spot.token]
    if not spot.run.fits([token[0] for token in tokens], undo=3):
        return None
    edits = Edit(name.span, "countDistinct"), Edit(Span(previous[2], spot.start), "")
    help, fix = "Write `countDistinct(…)`.", Fix("write `countDistinct`", edits)
    return Repair("expected a value, found `distinct`", Span(*previous[2:4]), tokens, undo=3, help=help, fix=fix)


FOREIGN = (
    _assigned,
    _length_in_words,
    _count_distinct,
    _regular_expression,
    _star,
    _values,
    _group_by,
    _direction_in_front,
    _bare_query,
    _by_in_front,
    _colon_of_parameter,
    _foreign_stage,
    _word,
    _slice,
    _ternary,
    _count_star,
    _hyphenated,
    _by,
    _other_pipe,
    _second_number,
    _without_braces,
)
