"""Going on after an error: the smallest change of the text that lets the parse continue, and one message for it.

Repairs are tried in the order of `_REPAIRS`. Each looks at the token that does not fit and at the parser's stacks,
checks by a dry run over the states (`Run.fits`) that its change leads on, and describes it as a `Repair`. What none can
mend is left out up to the next separator, closing bracket or stage of the same bracket; a `BAD` token stands for it.

All of it is linear: a dry run looks at a few tokens, and after `MOST_ERRORS` errors the rest of the text is left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.scanner import Token, Tokens
from dqlkit.languages.syntax.tables import END, Tables

if TYPE_CHECKING:
    from dqlkit.languages.syntax.parser import Run

__all__ = ["MOST_ERRORS", "Repair", "Spot"]

MOST_ERRORS = 100
_LONGEST_QUOTE = 40


@dataclass(slots=True)
class Repair:
    """A change: `tokens` are read instead of the unexpected token and the `skipped` ones after it."""

    message: str
    span: Span
    tokens: list[Token]
    skipped: int = 0
    help: str = ""
    fix: Fix | None = None
    code: str = "E001"
    undo: int = 0


class Spot:
    """Where an error is: the unexpected token, what surrounds it, and what would fit."""

    def __init__(self, run: Run, tokens: Tokens, unexpected: Token) -> None:
        self.run = run
        self.builder = run.builder
        self.tokens = tokens
        self.tables: Tables = run.automaton.tables
        self.token = unexpected
        self.index = bisect_left(tokens.starts, unexpected[2])
        if unexpected[0] == len(self.tables.terminals) - 1:
            self.index = len(tokens.kinds) - 1

    @property
    def text(self) -> str:
        return self.token[1]

    @property
    def at_end(self) -> bool:
        return self.index == len(self.tokens.kinds) - 1

    @property
    def span(self) -> Span:
        return Span(self.token[2], self.token[3]) if not self.at_end else Span(self.before, self.before)

    @property
    def before(self) -> int:
        """Where the last token before this one ends."""
        index = self.index - 1
        while index >= 0 and self.tokens.kinds[index] < self.tables.ignored:
            index -= 1
        return self.tokens.ends[index] if index >= 0 else 0

    def ahead(self, count: int) -> list[Token]:
        """The next tokens, this one first, blanks left out."""
        found: list[Token] = []
        for index in range(self.index, len(self.tokens.kinds)):
            if self.tokens.kinds[index] >= self.tables.ignored:
                found.append(self.at(index))
                if len(found) == count:
                    break
        return found

    def at(self, index: int) -> Token:
        tokens = self.tokens
        return tokens.kinds[index], tokens.pieces[index], tokens.starts[index], tokens.ends[index]

    def kind(self, name: str) -> int:
        """A terminal by its text or name."""
        found = self.tables.words.get(name)
        return self.tables.terminals.index(name) if found is None else found

    def make(self, name: str, text: str = "", start: int = -1) -> Token:
        """A token that is not in the text; it stands before the unexpected one unless told otherwise."""
        start = self.before if start < 0 else start
        return self.kind(name), text, start, start + len(text)

    def fits(self, *tokens: Token, ahead: int = 1) -> bool:
        """Whether these tokens, then the unexpected one and those after it, `ahead` in all, could be read."""
        return self.run.fits([token[0] for token in (*tokens, *self.ahead(ahead))])

    def open_brackets(self) -> list[tuple[str, int]]:
        """The brackets that are open here and where they stand, the innermost last."""
        text = self.run.builder.text
        offsets = [value for value in self.run.values if isinstance(value, int) and value < len(text)]
        return [(text[value], value) for value in offsets if text[value] in self.builder.brackets]

    def expected(self) -> str:
        """What may stand here, in words."""
        terminals = self.tables.terminals
        found = {name for kind, name in enumerate(terminals) if kind >= self.tables.ignored and self.run.fits([kind])}
        texts = {kind: text for text, kind in self.tables.words.items()}
        phrases = []
        for phrase, concept in self.builder.concepts:
            if concept <= found:
                phrases.append(phrase)
                found -= concept
        for kind, name in enumerate(terminals):
            if name in found:
                if name in self.builder.names:
                    phrases.append(self.builder.names[name])
                elif kind in texts:
                    phrases.append(f"`{texts[kind]}`")
        if END in found:
            phrases.append(self.builder.end)
        phrases = [phrase for phrase in dict.fromkeys(phrases) if phrase]
        return " or ".join(filter(None, [", ".join(phrases[:-1]), *phrases[-1:]]))

    def found(self) -> str:
        """The unexpected token, in words."""
        if self.at_end:
            return self.builder.end
        text = self.text if len(self.text) <= _LONGEST_QUOTE else self.text[: _LONGEST_QUOTE - 1] + "…"
        return f"`{text}`"

    def message(self) -> str:
        expected = self.expected()
        return f"expected {expected}, found {self.found()}" if expected else f"unexpected {self.found()}"


def recover(run: Run, tokens: Tokens, unexpected: Token, pending: Iterator[Token]) -> None:
    """Mend the text at the unexpected token, report it, and consume what the repair replaces."""
    spot = Spot(run, tokens, unexpected)
    if len(run.builder.diagnostics) >= MOST_ERRORS:
        repair = _give_up(spot)
    else:
        repair = next(filter(None, (attempt(spot) for attempt in (run.builder.repair, *_REPAIRS))), None) or _leave_out(
            spot
        )
    if repair.message:
        run.builder.error(repair.code, *repair.span, repair.message, help=repair.help, fix=repair.fix)
    run.undo(repair.undo)
    for _ in range(repair.skipped):
        next(pending)
    if (stuck := run.advance(repair.tokens)) is not None:
        raise AssertionError(f"a repair that does not fit: {stuck} in {repair}")


def _superfluous(spot: Spot) -> Repair | None:
    """A separator or pipe with nothing behind it: `a, | sort b`, `a, , b`, `fetch logs |`."""
    builder = spot.builder
    value = spot.run.values[-1] if spot.run.values else None
    text = spot.run.builder.text
    last = text[value] if isinstance(value, int) and value < len(text) else ""
    if last not in (builder.separator, builder.stage) or len(spot.run.rows) < 3:
        return None
    if not spot.run.fits([spot.token[0]], undo=1):
        return None
    assert isinstance(value, int)
    fix = Fix(f"remove the `{last}`", (Edit(Span(value, value + 1), ""),))
    help = f"Remove the `{last}` before it."
    return Repair(spot.message(), spot.span, [spot.token], help=help, fix=fix, undo=1)


def _missing_separator(spot: Spot) -> Repair | None:
    """Two arguments, or two stages, with nothing between: `count() by:{a}`, a command at the begin of a line."""
    builder = spot.builder
    if spot.at_end or spot.text in builder.brackets.values() or spot.text in (builder.separator, builder.stage):
        return None
    mark = builder.stage if _begins_stage(spot) else builder.separator
    missing = spot.make(mark, mark)
    if not spot.fits(missing, ahead=3):
        return None
    fix = Fix(
        f"insert `{mark}`", (Edit(Span(spot.before, spot.before), f" {mark}" if mark == builder.stage else mark),)
    )
    message = f"expected `{mark}` before {spot.found()}"
    return Repair(message, spot.span, [missing, spot.token], help=f"Insert `{mark}`.", fix=fix)


def _begins_stage(spot: Spot) -> bool:
    """Whether this is a word at the begin of a line, followed by something that is no punctuation."""
    here, *after = spot.ahead(2)
    between = spot.run.builder.text[spot.before : here[2]]
    if "\n" not in between or not here[1][:1].isalpha() or not after:
        return False
    follows = after[0][1]
    return follows[:1].isalnum() or follows[:1] in ('"', "{", "`", "$", "_") or follows in (spot.builder.stage, "")


def _missing_operand(spot: Spot) -> Repair | None:
    """Nothing where something has to be: `a == | sort b`, `f(, b)`, `a == and b`."""
    bad = spot.make("BAD")
    if not spot.fits(bad):
        return None
    return Repair(spot.message(), spot.span, [bad, spot.token])


def _missing_closers(spot: Spot) -> Repair | None:
    """Brackets that are still open where what they stand in ends."""
    closers = _closers(spot)
    if not closers:
        return None
    for filler in ([], [spot.make("BAD")]):
        if spot.fits(*filler, *closers):
            return Repair(
                spot.message(), spot.span, [*filler, *closers, spot.token], help=f"Close it with `{closers[0][1]}`."
            )
    return None


def _closers(spot: Spot) -> list[Token]:
    """What would have to be closed for the unexpected token to end it, the innermost first."""
    builder = spot.builder
    closers: list[Token] = []
    for bracket, _ in reversed(spot.open_brackets()):
        closer = builder.brackets[bracket]
        if spot.text == closer or (spot.text == builder.stage and bracket == builder.stages_inside):
            return closers
        closers.append(spot.make(closer, closer))
    return closers if spot.at_end or spot.text == builder.stage else []


def _stray(spot: Spot) -> Repair | None:
    """A token that can just be left out: a bracket that closes nothing, a character of no meaning."""
    closes_nothing = spot.text in spot.builder.brackets.values() and not _matches_open(spot)
    if not closes_nothing and spot.token[0] < len(spot.tables.terminals):
        return None
    after = [token[0] for token in spot.ahead(3)[1:]]
    if not spot.run.fits(after):
        return None
    message = f"unexpected {spot.found()}" + (", which closes nothing" if closes_nothing else "")
    fix = Fix(f"remove {spot.found()}", (Edit(spot.span, ""),))
    return Repair(message, spot.span, [], help="Remove it.", fix=fix)


def _matches_open(spot: Spot) -> bool:
    return any(spot.builder.brackets[bracket] == spot.text for bracket, _ in spot.open_brackets())


def _leave_out(spot: Spot) -> Repair:
    """Leave out text up to where the enclosing argument, bracket or stage ends."""
    message = spot.message()
    for stop in _stops(spot):
        if repair := _cut(spot, stop, message):
            return repair
    return _give_up(spot, message)


def _stops(spot: Spot) -> Iterator[int]:
    """Where text left out from here may end: at the separator, at the bracket's end, at the next stage, at the end."""
    builder, pieces = spot.builder, spot.tokens.pieces
    closing = {closer: bracket for bracket, closer in builder.brackets.items()}
    nested: list[str] = []
    separated = False
    for index in range(spot.index, len(pieces)):
        piece = pieces[index]
        if piece in builder.brackets:
            nested.append(piece)
        elif piece in closing:
            if not nested:
                yield index
            while nested and nested.pop() != closing[piece]:
                pass
        elif piece == builder.separator and not nested and not separated:
            separated = True
            yield index
        elif piece == builder.stage and builder.stages_inside not in nested:
            yield index
    yield len(pieces) - 1


def _cut(spot: Spot, stop: int, message: str) -> Repair | None:
    """Put `BAD` for the text before `stop`, undo as much of what was read as necessary, close what is open."""
    at_stop = Spot(spot.run, spot.tokens, spot.at(stop))
    at_stop.index = stop
    start = spot.token[2]
    end = at_stop.before if stop > spot.index else start
    bad = spot.make("BAD", spot.run.builder.text[start : max(start, end)], start)
    closers = _closers(at_stop)
    for undo in range(_most_undone(spot) + 1):
        for filler in ([bad], [bad, *closers]):
            if spot.run.fits([*(token[0] for token in filler), at_stop.token[0]], undo=undo):
                return Repair(message, spot.span, [*filler, at_stop.token], skipped=stop - spot.index, undo=undo)
    return None


def _most_undone(spot: Spot) -> int:
    """How many values belong to the innermost bracket or stage."""
    text = spot.run.builder.text
    count = 0
    for value in reversed(spot.run.values):
        if (
            isinstance(value, int)
            and value < len(text)
            and (text[value] in spot.builder.brackets or text[value] == spot.builder.stage)
        ):
            break
        count += 1
    return count


def _give_up(spot: Spot, message: str = "") -> Repair:
    """Leave out the rest of the text."""
    text = spot.run.builder.text
    last = len(spot.tokens.kinds) - 1
    end = spot.at(last)
    bad = spot.make("BAD", text[spot.token[2] :], spot.token[2])
    for undo in range(len(spot.run.values) + 1):
        if spot.run.fits([bad[0], end[0]], undo=undo):
            return Repair(message, spot.span, [bad, end], skipped=last - spot.index, undo=undo)
    raise AssertionError("a start rule cannot be BAD")


_REPAIRS = (_superfluous, _missing_separator, _stray, _missing_closers, _missing_operand)
