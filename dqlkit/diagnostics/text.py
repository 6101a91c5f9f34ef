"""Findings for people: drawn under the source line, or one line each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from dqlkit.diagnostics import Diagnostic, Severity
from dqlkit.diagnostics.lines import Lines
from dqlkit.diagnostics.visible import visible

__all__ = ["concise", "full", "painted"]

_COLOURS: dict[Severity, str] = {"error": "31", "warning": "33", "info": "36"}


def _width(text: str) -> int:
    """Columns on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _visible(text: str) -> str:
    """A line of source that cannot steer a terminal; a tab is four blanks."""
    return visible(text.replace("\t", "    ").replace("\n", ""))


def painted(severity: Severity, text: str, colour: bool) -> str:
    """A text in the colour of a severity, where there are colours."""
    return _Paint(colour)("1;" + _COLOURS[severity], text)


class _Paint:
    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def concise(diagnostics: Iterable[Diagnostic], text: str, name: str = "query") -> str:
    """One line each: `name:line:column: code message`."""
    lines = Lines(text)
    shown = []
    for diagnostic in diagnostics:
        line, column = lines.position(diagnostic.span.start)
        shown.append(visible(f"{name}:{line}:{column}: {diagnostic.code} {diagnostic.message}"))
    return "\n".join(shown)


def full(diagnostics: Iterable[Diagnostic], text: str, name: str = "query", colour: bool = False) -> str:
    """Each finding drawn under its source line."""
    lines, paint = Lines(text), _Paint(colour)
    return "\n\n".join(_drawn(diagnostic, lines, name, paint) for diagnostic in diagnostics)


#: Of longer lines only a part is drawn.
_WIDEST = 160


def _window(source: str, start: int) -> tuple[str, int]:
    """What is drawn of a line of which something is marked from `start` on, and where that begins there."""
    if len(source) <= _WIDEST:
        return source, start
    first = max(min(start - _WIDEST // 3, len(source) - _WIDEST), 0)
    past = first + _WIDEST
    left, right = "…" if first else source[0], "…" if past < len(source) else source[-1]
    return left + source[first + 1 : past - 1] + right, start - first


def _drawn(diagnostic: Diagnostic, lines: Lines, name: str, paint: _Paint) -> str:
    line, column = lines.position(min(diagnostic.span.start, len(lines.text)))
    colour = _COLOURS[diagnostic.severity]
    source, start = _window(lines.line(line), column - 1)
    before = _visible(source[:start])
    length = max(diagnostic.span.end - diagnostic.span.start, 1)
    marked = _visible(source[start : start + length])
    gutter = " " * len(str(line))
    marks = "^" * max(_width(marked), 1)
    out = [
        f"{paint('1;' + colour, f'{diagnostic.severity}[{diagnostic.code}]')}: {paint('1', visible(diagnostic.message))}",
        f"{gutter} --> {visible(name)}:{line}:{column}",
        f"{gutter} |",
        f"{line} | {_visible(source)}",
        f"{gutter} | {' ' * _width(before)}{paint(colour, marks)}",
    ]
    notes = [("help", diagnostic.help)] if diagnostic.help else []
    notes += [("note", note) for note in diagnostic.notes]
    return "\n".join([*out, *(f"{gutter} = {paint('1', label)}: {visible(note)}" for label, note in notes)])
