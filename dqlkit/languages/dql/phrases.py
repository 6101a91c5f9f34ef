"""Phrases of other languages, whole stages and whole queries, and the DQL that says the same.

A command declares those that become it: `"top N [by] X": "sort X desc | limit N"`. On the left words stand for themselves, a
capital letter for any text (`N` for a whole number), and what is in brackets may be missing. On the right `<…>` is written where
its capital letter has a text, and `X-G` is the list X without what G lists. What comes out is mended with the fixes of its own
findings until it has none: a phrase need not know that names and `=` are written otherwise as well. Imported only when there is
an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, apply_edits
from dqlkit.languages.dql import commands
from dqlkit.languages.syntax.recovery import Repair, Spot
from dqlkit.languages.syntax.tree import Name

__all__ = ["in_dql", "mended", "phrase"]

_ROUNDS = 6
_LONGEST = 2_000
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|`[^`]*`|\|\|')
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_DEEPEST = 20


def phrase(spot: Spot) -> Repair | None:
    """`top 10 a`, `select a from logs`: a stage of another language as a whole."""
    text, values = spot.builder.text, spot.run.values
    for n in range(len(values) - 1, -1, -1):
        name, before = values[n], values[n - 1] if n else None
        if isinstance(name, Name) and (before is None or (isinstance(before, int) and text[before] in "|[")):
            break
    else:
        return None
    foreign, known = commands.known_elsewhere().get(name.name.lower()), name.name.lower() in commands.phrases()
    if not known and (foreign is None or foreign.renamed):
        return None
    span = Span(name.start, _end_of_stage(text, name.start))
    written = in_dql(name.name, text[slice(*span)], spot.builder.wrong)
    if not written and (foreign is None or foreign.renamed):
        return None
    bad, undo, skipped = spot.make("BAD", text[slice(*span)], *span), len(values) - n, spot.skip_to(span.end)
    after = spot.tokens.kinds[spot.index + skipped + 1 :]
    if not spot.run.fits([bad[0], *[kind for kind in after if kind >= spot.tables.ignored][:1]], undo):
        return None
    spot.builder.forget(name.start)
    help, fix = foreign.advice if foreign else "", None
    if written:
        help, fix = f"Write `{written}`.", Fix(f"write `{written}`", (Edit(span, written),), safe=False)
    message = f"expected a DQL command, found `{name.name}`"
    if commands.is_command(name.name):
        message = f"expected `{name.name}` as DQL writes it, found words of another language"
    return Repair(message, span, [bad], undo, skipped, help, fix, "E005")


def in_dql(name: str, written: str, wrong: Callable[[str], list[Diagnostic]]) -> str:
    """The text in DQL of a stage of another language that begins with this command; nothing where that is not sure. `wrong` tells
    what is wrong with stages of DQL."""
    if len(written) > _LONGEST or re.search(r"\[\s*[|A-Za-z_]", written):
        return ""
    for candidate in _candidates(name.lower(), written):
        text = mended(candidate, wrong)
        if text:
            return text
    return ""


def _end_of_stage(text: str, start: int) -> int:
    """Where a stage ends that begins at `start`: at the next pipe, at a bracket that is closed and was not opened, at the end."""
    stop = re.search(r"[|)\]}]", _masked(text[start : start + _LONGEST]))
    return start + len(text[start : start + stop.start() if stop else len(text)].rstrip())


def _candidates(name: str, written: str) -> Iterator[str]:
    masked, foreign = _masked(written), commands.known_elsewhere().get(name)
    for _, phrase, template in commands.phrases().get(name, ()):
        found = _compiled(phrase).fullmatch(masked)
        if found is not None:
            yield _filled(template, {name: _bare(written[slice(*found.span(name))]) for name in found.groupdict()})
    if foreign is not None and foreign.renamed:
        yield foreign.command.name + re.sub(r"^[\w-]+", "", written)


def _masked(text: str) -> str:
    """The text with all that stands in quotes and brackets filled up."""
    text = _QUOTED.sub(_filler, text)
    for _ in range(_DEEPEST):
        text, count = _BRACKETED.subn(_filler, text)
        if not count:
            break
    return text


def _filler(found: re.Match[str]) -> str:
    return "\0" * len(found[0])


@cache
def _compiled(phrase: str) -> re.Pattern[str]:
    pattern = ""
    for part in re.findall(r"\[[^\]]*\]|\S+", phrase):
        words = r"\s+".join(re.sub(r"\b[A-Z]\b", _capital, re.escape(word)) for word in part.strip("[]").split())
        pattern += rf"(?:{words}(?:\s+|$))" + ("?" if part[0] == "[" else "")
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _capital(found: re.Match[str]) -> str:
    text = "[0-9]+" if found[0] == "N" else r"\S.*?"
    return f"(?P<{found[0]}>{text})"


def _bare(text: str) -> str:
    """The text without the brackets around all of it."""
    text = text.strip()
    return text[1:-1].strip() if text[:1] == "(" and not _masked(text).strip("\0") else text


def _filled(template: str, texts: dict[str, str]) -> str:
    def text(found: re.Match[str]) -> str:
        kept, without = texts[found[1]], texts.get(found[2] or "", "")
        return ", ".join(item for item in _listed(kept) if item not in _listed(without)) if found[2] else kept

    def piece(found: re.Match[str]) -> str:
        return found[1] if all(texts[name] for name in re.findall(r"\b[A-Z]\b", found[1])) else ""

    return re.sub(r"\b([A-Z])\b(?:-([A-Z])\b)?", text, re.sub(r"<([^<>]*)>", piece, template))


def _listed(text: str) -> list[str]:
    """The items of a list, by its commas outside of brackets and quotes."""
    commas = [-1, *(found.start() for found in re.finditer(",", _masked(text))), len(text)]
    return [text[start + 1 : end].strip() for start, end in pairwise(commas)]


def mended(text: str, wrong: Callable[[str], list[Diagnostic]]) -> str:
    """The text with the fixes of its errors made; nothing where an error has none."""
    for _ in range(_ROUNDS):
        found = wrong(text)
        if not found:
            return text
        edits: list[Edit] = []
        for finding in found:
            if finding.fix is None:
                return ""
            if not edits or finding.fix.edits[0].span.start > max(edit.span.end for edit in edits):
                edits += finding.fix.edits
        text = apply_edits(text, edits)
    return ""
