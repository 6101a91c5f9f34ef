"""Repairs for common ADQL mistakes, with better messages than what was expected. Imported only when there is an
error."""

from __future__ import annotations

import re

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.adql.tree import Path
from dqlkit.languages.syntax.parser import TEXT
from dqlkit.languages.syntax.recovery import Repair, Spot
from dqlkit.languages.syntax.scanner import Token
from dqlkit.languages.syntax.tree import Call, Name, String
from dqlkit.regex import regex

__all__ = ["repair"]

_CLAUSE_WORDS = frozenset(["select", "from", "where", "since", "until", "having", "order", "orderby", "limit"])
_DQL = frozenset(["fetch", "timeseries", "data", "describe", "metrics", "search", "load", "smartscapenodes"])
_GLUED = regex(r"(limit|since|until)(\d+)", re.IGNORECASE)


def repair(spot: Spot) -> Repair | None:
    """The first of the repairs below that applies."""
    return next(filter(None, (attempt(spot) for attempt in _REPAIRS)), None)


def _other_language(spot: Spot) -> Repair | None:
    """A text that does not begin with a clause at all."""
    if spot.index != next((k for k, kind in enumerate(spot.tokens.kinds) if kind >= spot.tables.ignored), 0):
        return None
    if spot.at_end:
        help = "A query is `SELECT … FROM …`."
    elif spot.text.lower() in _DQL:
        help = "This looks like DQL; ADQL is `SELECT … FROM …`."
    else:
        help = "A query is `SELECT … FROM …`."
    last = len(spot.tokens) - 1
    bad, end = spot.make("BAD", spot.builder.text[spot.start :], spot.start), spot.tokens[last]
    if not spot.run.fits([bad[0], end[0]]):
        return None
    found = spot.found()
    return Repair(f"expected `SELECT`, found {found}", spot.span, [bad, end], skipped=last - spot.index, help=help)


def _pipe(spot: Spot) -> Repair | None:
    """`… | stats count by x`: everything behind the pipe belongs to another language."""
    if spot.text != "|":
        return None
    last = len(spot.tokens) - 1
    end = spot.tokens[last]
    if not spot.run.fits([end[0]]):
        return None
    help = "ADQL is one `SELECT … FROM …` without stages; only DQL and SPL have `|`."
    return Repair(spot.message(), spot.span, [end], skipped=last - spot.index, help=help)


def _glued(spot: Spot) -> Repair | None:
    """`LIMIT10`."""
    glued = _GLUED.fullmatch(spot.text)
    if not glued:
        return None
    word, number = glued.groups()
    tokens = [spot.make(word.upper(), word, spot.start), spot.make("NUMBER", number, spot.start + len(word))]
    if not spot.run.fits([*(token[0] for token in tokens), *(token[0] for token in spot.ahead(2)[1:])]):
        return None
    at = Span(spot.start + len(word), spot.start + len(word))
    fix = Fix("insert a space", (Edit(at, " "),))
    message = f"expected a space after `{word}`, found none"
    return Repair(message, spot.span, tokens, help=f"Write `{word} {number}`.", fix=fix, code="A005")


def _reserved(spot: Spot) -> Repair | None:
    """A keyword in the place of a field."""
    kind = spot.tables.keywords.get(spot.text.lower())
    name = spot.make("NAME", spot.text, spot.start)
    if kind is None or not spot.run.fits([name[0], *(token[0] for token in spot.ahead(2)[1:])]):
        return None
    written = f"`{spot.text}`"
    fix = Fix("put it in back quotes", (Edit(spot.span, written),))
    message = f"expected a field, found the reserved word {written}"
    return Repair(message, spot.span, [name], help=f"A field of that name is written {written}.", fix=fix, code="B006")


def _doubled_quote(spot: Spot) -> Repair | None:
    """`'it''s'`: two strings without a space between."""
    previous = spot.previous()
    string = spot.kind(TEXT)
    if spot.token[0] != string or not previous or previous[0] != string or previous[3] != spot.start:
        return None
    quote = previous[1][-1]
    span = Span(previous[3] - 1, spot.start + 1)
    fix = Fix("escape the quote", (Edit(span, f"\\{quote}"),))
    last = spot.run.values[-1]
    if isinstance(last, String):
        last.value += quote + spot.text[1:-1]
    help = f"A quote inside a string is written \\{quote} ."
    return Repair("expected one string, found two", span, [], help=help, fix=fix)


def _alias_without_as(spot: Spot) -> Repair | None:
    """`count(*) total`."""
    name = spot.kind("NAME")
    if spot.token[0] not in (name, spot.kind(TEXT)) or not spot.run.values:
        return None
    value = spot.run.values[-1]
    after = spot.ahead(2)[1:]
    follows = after[0][1].lower() if after else ""
    missing = spot.make("AS", "AS")
    if follows not in (",", "from", "") or (isinstance(value, (Name, Path)) and spot.token[0] != spot.kind(TEXT)):
        return None
    if not isinstance(value, (Call, Name, Path)) and spot.before == spot.start:
        return None
    if not spot.fits(missing, ahead=2):
        return None
    fix = Fix("insert `AS`", (Edit(Span(spot.start, spot.start), "AS "),))
    return Repair(
        f"expected `AS` before {spot.found()}", spot.span, [missing, spot.token], help="Insert `AS`.", fix=fix
    )


def _cast(spot: Spot) -> Repair | None:
    """`cast(a AS int)`."""
    word, *after = spot.ahead(3)
    bracket, start = next(spot.open_brackets(), ("", 0))
    at = next((n for n, value in enumerate(spot.run.values) if value == start and isinstance(value, int)), 0)
    call = spot.run.values[at - 1] if at else None
    if word[1].lower() != "as" or bracket != "(" or len(after) < 2 or after[1][1] != ")" or not isinstance(call, Name):
        return None
    if not spot.run.fits([after[1][0]]):
        return None
    help = "Functions convert: `toInt(…)`, `toFloat(…)`, `toString(…)`, `toDate(…)`."
    span, skipped = Span(call.start, after[1][3]), spot.skip_to(after[0][3])
    return Repair("expected `,` or `)`, found `AS`", span, [], skipped=skipped, help=help)


def _top(spot: Spot) -> Repair | None:
    """`SELECT TOP 5 a`."""
    previous, (number, *after) = spot.previous(), spot.ahead(2)
    if previous is None or previous[1].lower() != "top" or not number[1].isdecimal() or not after:
        return None
    if not spot.run.fits([after[0][0]], undo=1):
        return None
    span, help = Span(previous[2], number[3]), f"Write `LIMIT {number[1]}` at the end."
    return Repair(f"expected a field or value, found `{previous[1]}`", span, [], 1, help=help)


def _not_a_clause(spot: Spot) -> Repair | None:
    """A word that no clause begins with, where one could begin: it is left out up to the next clause."""
    if (
        spot.at_end
        or not spot.run.fits([spot.kind("BAD"), spot.kind("WHERE")])
        or not spot.run.fits([spot.kind("LIMIT")])
    ):
        return None
    if spot.fits(spot.make(","), ahead=2):
        return None
    stop = len(spot.tokens) - 1 if spot.text.lower() in _SECOND_QUERY else _next_clause(spot)
    bad = spot.make("BAD", spot.builder.text[spot.start : spot.tokens[stop - 1][3]], spot.start)
    token = spot.tokens[stop]
    if not spot.run.fits([bad[0], token[0]]):
        return None
    help = _FOREIGN_CLAUSES.get(spot.text.lower(), "")
    return Repair(spot.message(), spot.span, [bad, token], skipped=stop - spot.index, help=help)


def _missing_connective(spot: Spot) -> Repair | None:
    """`a = 1 b = 2`: two conditions with nothing between."""
    missing = spot.make("AND", "AND")
    if spot.token[0] not in (spot.kind("NAME"), spot.kind("NOT")) or not spot.fits(missing, ahead=3):
        return None
    if not _in_condition(spot):
        return None
    fix = Fix("insert `AND`", (Edit(Span(spot.start, spot.start), "AND "),), safe=False)
    message = f"expected `AND` or `OR` before {spot.found()}"
    return Repair(message, spot.span, [missing, spot.token], help="Join conditions with `AND` or `OR`.", fix=fix)


def _in_condition(spot: Spot) -> bool:
    """Whether the last clause word before here is one with a condition."""
    for index in range(spot.index - 1, -1, -1):
        word = spot.tokens.pieces[index].lower()
        if word in _CLAUSE_WORDS:
            return word in ("where", "having")
    return spot.builder.start == "expression"


def _rest_of_clause(spot: Spot) -> Repair | None:
    """Text that makes no sense inside a clause is left out up to where the next clause begins."""
    stop = _next_clause(spot)
    previous = spot.previous()
    if spot.fits(spot.make(","), ahead=2) or (previous and previous[1] == ","):
        return None
    if stop >= len(spot.tokens) - 1 or spot.tokens.pieces[stop].lower() not in _CLAUSE_WORDS:
        return None
    marks = [spot.builder.brackets[bracket] for bracket, _ in spot.open_brackets()]
    closers = [spot.make(mark, mark) for mark in marks]
    token = spot.tokens[stop]
    bad = spot.make("BAD", spot.builder.text[spot.start : spot.tokens[stop - 1][3]], spot.start)
    candidates: list[list[Token]] = [[], [bad], closers, [bad, *closers]]
    for filler in candidates:
        if spot.run.fits([*(one[0] for one in filler), token[0]]):
            help = f"Close it with `{closers[0][1]}`." if closers and filler is closers else ""
            return Repair(spot.message(), spot.span, [*filler, token], skipped=stop - spot.index, help=help)
    return None


def _next_clause(spot: Spot) -> int:
    """The place of the next word that begins a clause, else of the end."""
    pieces = spot.tokens.pieces
    begin = spot.index + (0 if spot.text.lower() in _CLAUSE_WORDS else 1)
    return next((k for k in range(begin, len(pieces)) if pieces[k].lower() in _CLAUSE_WORDS), len(pieces) - 1)


#: Words behind which another query stands.
_SECOND_QUERY = frozenset(["union", "intersect", "except"])
_FOREIGN_CLAUSES = {
    "intersect": "ADQL reads one event type with one `SELECT`.",
    "except": "ADQL reads one event type with one `SELECT`.",
    "join": "ADQL reads one event type and has no joins.",
    "union": "ADQL reads one event type and has no unions.",
    "with": "ADQL has no such clause.",
    "compare": "`COMPARE` is reserved and has no use yet.",
    "when": "ADQL has no `CASE`: aggregate what meets a condition with `filter(count(*), WHERE …)`.",
    "percentage": "Divide two aggregations: `filter(count(*), WHERE …) * 100.0 / count(*)`.",
}


def _single_member(spot: Spot) -> Repair | None:
    """`a IN 'x'`."""
    previous = spot.previous()
    open_, close = spot.make("("), spot.make(")", ")", spot.token[3] - 1)
    after = [token[0] for token in spot.ahead(2)[1:]]
    if not previous or previous[0] != spot.kind("IN") or not spot.run.fits([open_[0], spot.token[0], close[0], *after]):
        return None
    written = f"({spot.text})"
    fix = Fix(f"write `{written}`", (Edit(spot.span, written),))
    tokens = [open_, spot.token, close]
    return Repair(
        f"expected values in `( )`, found {spot.found()}", spot.span, tokens, help=f"Write {written}.", fix=fix
    )


_REPAIRS = (
    _other_language,
    _pipe,
    _glued,
    _doubled_quote,
    _alias_without_as,
    _single_member,
    _missing_connective,
    _reserved,
    _cast,
    _top,
    _not_a_clause,
    _rest_of_clause,
)
