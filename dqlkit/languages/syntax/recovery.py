"""Error recovery: the smallest change of the text that lets the parse continue, and one message for it.

Repairs are tried in the order of `_REPAIRS`, the language's own first. Each looks at the unexpected token and at the
parser's stacks, checks by a dry run over the states (`Run.fits`) that the parse continues after its change, and
describes the change as a `Repair`. Where no repair applies, the text up to the next separator, closing bracket or stage
of the same bracket is replaced by a `BAD` token.

All of it is linear: a dry run looks at a few tokens, and after `MOST_REPAIRS` repairs the rest of the text is left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.frozen import mutable
from dqlkit.languages.syntax.scanner import Token, Tokens
from dqlkit.languages.syntax.tables import END

if TYPE_CHECKING:
    from dqlkit.languages.syntax.parser import Run

__all__ = ["MOST_REPAIRS", "Repair", "Spot", "leave_out", "recover"]

MOST_REPAIRS = 100
_LONGEST_QUOTE = 40
_MOST_TRIED = 20
_FARTHEST = 100


@mutable
class Repair:
    """A change: the last `undo` values are taken back, then `tokens` are read instead of the unexpected token and the
    `skipped` ones after it. With an empty message nothing is reported: the text may be right.
    """

    message: str
    span: Span
    tokens: list[Token]
    undo: int = 0
    skipped: int = 0
    help: str = ""
    fix: Fix | None = None
    code: str = "E001"


class Spot:
    """Where an error is: the unexpected token, what surrounds it, and what would fit."""

    def __init__(self, run: Run, tokens: Tokens, index: int) -> None:
        self.run = run
        self.builder = run.builder
        self.tables = run.automaton.tables
        self.tokens = tokens
        self.index = index
        self.token = tokens[index]

    @property
    def text(self) -> str:
        return self.token[1]

    @property
    def start(self) -> int:
        return self.token[2]

    @property
    def at_end(self) -> bool:
        return self.index == len(self.tokens) - 1

    @property
    def span(self) -> Span:
        """The span of the unexpected token; at the end of the text, the place behind the last token."""
        return Span(self.before, self.before) if self.at_end else Span(self.token[2], self.token[3])

    @property
    def before(self) -> int:
        """Where the last token before this one ends."""
        return previous[3] if (previous := self.previous()) else 0

    def previous(self) -> Token | None:
        """The token before this one, blanks and comments left out."""
        index = self.index - 1
        while index >= 0 and self.tokens.kinds[index] < self.tables.ignored:
            index -= 1
        return self.tokens[index] if index >= 0 else None

    def ahead(self, count: int) -> list[Token]:
        """The next tokens, this one first, blanks and comments left out."""
        found: list[Token] = []
        index = self.index
        while len(found) < count and index < len(self.tokens):
            if self.tokens.kinds[index] >= self.tables.ignored:
                found.append(self.tokens[index])
            index += 1
        return found

    def skip_to(self, end: int) -> int:
        """How many tokens after this one begin before `end`."""
        return bisect_left(self.tokens.starts, end, self.index + 1, len(self.tokens) - 1) - self.index - 1

    def kind(self, name: str) -> int:
        """The number of a terminal, by text or name; for one that the language lacks, a number that fits nowhere."""
        tables = self.tables
        if name in tables.words:
            return tables.words[name]
        return tables.terminals.index(name) if name in tables.terminals else len(tables.terminals)

    def make(self, name: str, text: str = "", start: int = -1, end: int = -1) -> Token:
        """An inserted token; its place is before the unexpected one unless given."""
        start = self.before if start < 0 else start
        return self.kind(name), text, start, start + len(text) if end < 0 else end

    def fits(self, *tokens: Token, ahead: int = 1, undo: int = 0) -> bool:
        """Whether these tokens, then the unexpected one and those after it, `ahead` in all, could be read."""
        return self.run.fits([token[0] for token in (*tokens, *self.ahead(ahead))], undo)

    def last_mark(self) -> str:
        """The punctuation that was read last, if nothing was read since."""
        value = self.run.values[-1] if self.run.values else None
        return self.builder.text[value : value + 1] if isinstance(value, int) else ""

    def open_brackets(self) -> Iterator[tuple[str, int]]:
        """The brackets that are open here and where they stand, the innermost first."""
        text, brackets = self.builder.text, self.builder.brackets
        for value in self.run.values[::-1]:
            if isinstance(value, int) and text[value : value + 1] in brackets:
                yield text[value], value

    def expected(self) -> str:
        """What may stand here, in words."""
        terminals = self.tables.terminals
        kinds = range(self.tables.ignored, len(terminals))
        found = {terminals[kind] for kind in kinds if self.run.fits([kind])}
        phrases = []
        for phrase, needed, covered in self.builder.concepts:
            if needed <= found:
                phrases.append(phrase)
                found -= covered
        texts = {terminals[kind]: f"`{text}`" for text, kind in self.tables.words.items()}
        phrases += [self.builder.names.get(name, texts.get(name, "")) for name in terminals if name in found]
        if END in found:
            phrases.append(self.builder.end)
        return _either(list(dict.fromkeys(filter(None, phrases))))

    def found(self) -> str:
        """The unexpected token, in words."""
        if self.at_end:
            return self.builder.end
        text = self.text if len(self.text) <= _LONGEST_QUOTE else self.text[: _LONGEST_QUOTE - 1] + "…"
        return f"`{text}`"

    def message(self) -> str:
        expected = self.expected()
        return f"expected {expected}, found {self.found()}" if expected else f"unexpected {self.found()}"


def _either(phrases: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(phrases[:-1]), *phrases[-1:]]))


def recover(run: Run, tokens: Tokens, unexpected: Token, pending: Iterator[Token]) -> None:
    """Repair the parse at the unexpected token, report the error, and consume the tokens that the repair replaces."""
    at_end = unexpected[0] == tokens.kinds[-1]
    spot = Spot(run, tokens, len(tokens) - 1 if at_end else bisect_left(tokens.starts, unexpected[2]))
    run.repairs += 1
    repair = _give_up(spot, "") if run.repairs > MOST_REPAIRS else _repair(spot) or leave_out(spot)
    if repair.message:
        run.builder.error(repair.code, *repair.span, repair.message, help=repair.help, fix=repair.fix)
    run.undo(repair.undo)
    for _ in range(repair.skipped):
        next(pending, None)  # of a text that goes on behind a caret, the end is not among them
    stuck = run.advance(repair.tokens)
    assert stuck is None, f"a repair that does not fit: {repair}"


def _repair(spot: Spot) -> Repair | None:
    """The first repair that applies; the language's own come before the general ones."""
    for attempt in (spot.builder.repair, *_REPAIRS):
        repair = attempt(spot)
        if repair is not None:
            return repair
    return None


def _superfluous(spot: Spot) -> Repair | None:
    """A separator or pipe with nothing behind it: `a, | sort b`, `a, , b`, `fetch logs |`."""
    mark = spot.last_mark()
    if mark not in (spot.builder.separator, spot.builder.stage) or len(spot.run.values) < 2 or not spot.fits(undo=1):
        return None
    start: int = spot.run.values[-1]
    fix = Fix(f"remove the `{mark}`", (Edit(Span(start, start + 1), ""),))
    return Repair(spot.message(), spot.span, [spot.token], undo=1, help=f"Remove the `{mark}` before it.", fix=fix)


def _missing_opener(spot: Spot) -> Repair | None:
    """A bracket that is closed further on in this stage, but was never opened: `filter contains a, "b") | limit 1`."""
    bracket, stop = _unopened(spot)
    if not bracket or not spot.run.fits([spot.kind(bracket), *_kinds(spot, stop)]):
        return None
    opener = spot.make(bracket, bracket)
    fix = Fix(f"insert `{bracket}`", (Edit(Span(spot.before, spot.start), bracket),), safe=False)
    message = f"expected `{bracket}` before {spot.found()}"
    return Repair(message, spot.span, [opener, spot.token], help=f"Insert `{bracket}`.", fix=fix)


def _unopened(spot: Spot) -> tuple[str, int]:
    """The bracket that would balance this stage if it stood here, and where it is closed."""
    builder, pieces = spot.builder, spot.tokens.pieces
    opening = {closer: bracket for bracket, closer in builder.brackets.items()}
    still_open = [bracket for bracket, _ in islice(spot.open_brackets(), _MOST_TRIED)]
    nested: list[str] = []
    for index in range(spot.index, min(len(pieces), spot.index + _FARTHEST)):
        piece = pieces[index]
        if piece in builder.brackets:
            nested.append(piece)
        elif piece in opening:
            if not nested or nested.pop() != opening[piece]:
                return ("", 0) if opening[piece] in still_open else (opening[piece], index)
        elif piece == builder.stage and builder.stages_inside not in nested:
            break
    return "", 0


def _kinds(spot: Spot, stop: int) -> list[int]:
    """The terminals from the unexpected one to that at `stop`."""
    kinds = spot.tokens.kinds[spot.index : stop + 1]
    return [kind for kind in kinds if kind >= spot.tables.ignored]


def _missing_separator(spot: Spot) -> Repair | None:
    """Two arguments, or two stages, with nothing between: `count() by:{a}`, a command at the beginning of a line."""
    builder = spot.builder
    if spot.at_end or spot.text in builder.brackets.values() or spot.text in (builder.separator, builder.stage):
        return None
    marks = [builder.separator, builder.stage]
    for mark in reversed(marks) if _begins_stage(spot) else marks:
        missing = spot.make(mark, mark)
        if spot.fits(missing, ahead=3):
            edit = Edit(Span(spot.before, spot.before), mark if mark == builder.separator else f" {mark}")
            message = f"expected `{mark}` before {spot.found()}" if _sure(spot, mark) else spot.message()
            help, fix = f"Insert `{mark}`.", Fix(f"insert `{mark}`", (edit,), safe=False)
            return Repair(message, spot.span, [missing, spot.token], help=help if _sure(spot, mark) else "", fix=fix)
    return None


def _begins_stage(spot: Spot) -> bool:
    """Whether this is a word at the beginning of a line that is not followed by punctuation."""
    here, *after = spot.ahead(2)
    if "\n" not in spot.builder.text[spot.before : here[2]] or not here[1][:1].isalpha() or not after:
        return False
    follows = after[0][1]
    return follows in (spot.builder.stage, "") or follows[0].isalnum() or follows[0] in '_"{`$'


def _sure(spot: Spot, mark: str) -> bool:
    """Whether a separator is missing for sure, and not an operator or quotes around several words."""
    after = [token[1] for token in spot.ahead(2)[1:]]
    return mark == spot.builder.stage or spot.text[:1] == '"' or after in (["("], [":"], ["="])


def _wrong_closer(spot: Spot) -> Repair | None:
    """A bracket closed with another kind: `by:{a, b)`."""
    bracket = next(spot.open_brackets(), ("", 0))[0]
    if not bracket or spot.text not in spot.builder.brackets.values() or _closes(spot):
        return None
    closer = spot.builder.brackets[bracket]
    instead = spot.make(closer, closer, spot.start)
    if not spot.run.fits([instead[0], *(token[0] for token in spot.ahead(2)[1:])]):
        return None
    fix = Fix(f"write `{closer}`", (Edit(spot.span, closer),))
    message = f"expected `{closer}`, found {spot.found()}"
    return Repair(message, spot.span, [instead], help=f"Close `{bracket}` with `{closer}`.", fix=fix)


def _closes(spot: Spot) -> bool:
    """Whether the unexpected token closes a bracket that is open."""
    return any(spot.builder.brackets[bracket] == spot.text for bracket, _ in spot.open_brackets())


def _stray(spot: Spot) -> Repair | None:
    """A token that can be left out: a bracket that closes nothing, an invalid character."""
    closes_nothing = spot.text in spot.builder.brackets.values() and not _closes(spot)
    if not closes_nothing and spot.token[0] < len(spot.tables.terminals):
        return None
    same = next((n for n, token in enumerate(spot.ahead(9)) if token[1] != spot.text), 1)
    after = spot.ahead(same + 2)[same:]
    if not spot.run.fits([token[0] for token in after]):
        return None
    span = Span(spot.start, spot.ahead(same)[-1][3])
    message = f"{spot.found()} closes no bracket" if closes_nothing else spot.message()
    fix = Fix(f"remove {spot.found()}", (Edit(span, ""),))
    return Repair(message, span, [], skipped=spot.skip_to(span.end), help=f"Remove {spot.found()}.", fix=fix)


def _missing_closers(spot: Spot) -> Repair | None:
    """Brackets that are still open at the end of the bracket or stage around them."""
    closers = _closers(spot)
    if not closers:
        return None
    bracket, start = next(spot.open_brackets())
    for filler in ([], [spot.make("BAD")]):
        if spot.fits(*filler, *closers):
            closer = closers[0][1]
            message = spot.message() if filler else f"expected `{closer}`, found {spot.found()}"
            help = f"Close the `{bracket}` of line {spot.builder.text.count(chr(10), 0, start) + 1} with `{closer}`."
            edit = Edit(Span(spot.before, spot.before), "".join(token[1] for token in closers))
            fix = None if filler else Fix(f"insert `{edit.text}`", (edit,), safe=False)
            return Repair(message, spot.span, [*filler, *closers, spot.token], help=help, fix=fix)
    return None


def _closers(spot: Spot) -> list[Token]:
    """The closing brackets that are missing before the unexpected token, the innermost first."""
    builder, bad = spot.builder, spot.make("BAD")

    def fits(closers: list[Token]) -> bool:
        """Whether a stage can begin after these, so that the next bracket is not an index but holds stages."""
        return len(closers) > _MOST_TRIED or spot.fits(*closers) or spot.fits(bad, *closers)

    closers: list[Token] = []
    for bracket, _ in spot.open_brackets():
        closer = builder.brackets[bracket]
        if spot.text == closer or (spot.text == builder.stage and bracket == builder.stages_inside and fits(closers)):
            return closers
        closers.append(spot.make(closer, closer, spot.before - 1))  # so that what it closes ends with the last token
    return closers if spot.at_end or spot.text == builder.stage else []


def _missing_operand(spot: Spot) -> Repair | None:
    """A missing operand: `a == | sort b`, `f(, b)`, `a == and b`."""
    bad = spot.make("BAD")
    return Repair(spot.message(), spot.span, [bad, spot.token]) if spot.fits(bad) else None


def leave_out(spot: Spot) -> Repair:
    """Skip the text up to the end of the enclosing argument, bracket or stage."""
    message = spot.message()
    for stop in _stops(spot):
        repair = _cut(spot, stop, message)
        if repair is not None:
            return repair
    return _give_up(spot, message)


def _stops(spot: Spot) -> Iterator[int]:
    """Where skipped text may end: at the separator, the closing bracket, the next stage, the end of the text."""
    builder, pieces = spot.builder, spot.tokens.pieces
    opening = {closer: bracket for bracket, closer in builder.brackets.items()}
    nested: list[str] = []
    stops = 0
    for index in range(spot.index, len(pieces)):
        piece = pieces[index]
        if piece in builder.brackets:
            nested.append(piece)
        elif piece in opening and nested:
            while nested and nested.pop() != opening[piece]:
                pass
        elif piece in opening or (piece == builder.separator and not nested):
            stops += 1
            if stops <= 4:
                yield index
        elif piece == builder.stage and builder.stages_inside not in nested:
            yield index
    yield len(pieces) - 1


def _cut(spot: Spot, stop: int, message: str) -> Repair | None:
    """Put `BAD` for the text before `stop`, undo as many values as necessary, close open brackets."""
    at_stop = Spot(spot.run, spot.tokens, stop)
    end = max(spot.start, at_stop.before)
    bad = spot.make("BAD", spot.builder.text[spot.start : end], spot.start)
    closers = _closers(at_stop)
    for undo in range(_most_undone(spot) + 1):
        for filler in ([bad], [bad, *closers]):
            if at_stop.fits(*filler, undo=undo):
                tokens = [*filler, at_stop.token]
                return Repair(message, spot.span, tokens, undo=undo, skipped=stop - spot.index)
    return None


def _most_undone(spot: Spot) -> int:
    """How many values belong to the innermost bracket or stage."""
    text, ends = spot.builder.text, (*spot.builder.brackets, spot.builder.stage)
    for count, value in enumerate(spot.run.values[::-1]):
        if isinstance(value, int) and text[value : value + 1] in ends:
            return count
    return len(spot.run.values)


def _give_up(spot: Spot, message: str) -> Repair:
    """Leave out the rest of the text."""
    last = len(spot.tokens) - 1
    end = spot.tokens[last]
    bad = spot.make("BAD", spot.builder.text[spot.start :], spot.start)
    undo = next(undo for undo in range(len(spot.run.values) + 1) if spot.run.fits([bad[0], end[0]], undo))
    return Repair(message, spot.span, [bad, end], undo=undo, skipped=last - spot.index)


_REPAIRS = (
    _superfluous,
    _missing_opener,
    _missing_separator,
    _wrong_closer,
    _stray,
    _missing_closers,
    _missing_operand,
)
