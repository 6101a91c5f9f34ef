"""Draws how the work of each shape grows with the number of records: a panel for each, all axes from zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

__all__ = ["Work", "drawn"]

Work = Mapping[str, Mapping[str, Sequence[tuple[float, float]]]]
"""By shape and engine: millions of records, and seconds of processors."""

_COLOURS = {"dqlkit": "#0b7285", "polars": "#e8590c", "duckdb": "#868e96"}
_COLUMNS, _WIDTH, _HEIGHT, _EDGE = 4, 230, 150, 26


def drawn(work: Work) -> str:
    """The picture as SVG."""
    rows = -(-len(work) // _COLUMNS)
    size = f'width="{_COLUMNS * _WIDTH}" height="{rows * _HEIGHT + 24}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="10">']
    parts.append('<rect width="100%" height="100%" fill="white"/>')
    for place, (engine, colour) in enumerate(_COLOURS.items()):
        parts.append(f'<text x="{10 + 60 * place}" y="14" fill="{colour}">{engine}</text>')
    parts.append('<text x="200" y="14" fill="#495057">seconds of processors by millions of records</text>')
    for number, (name, engines) in enumerate(work.items()):
        row, column = divmod(number, _COLUMNS)
        parts.append(f'<g transform="translate({column * _WIDTH},{row * _HEIGHT + 24})">')
        parts += _panel(name, engines)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _panel(name: str, engines: Mapping[str, Sequence[tuple[float, float]]]) -> Iterator[str]:
    points = [point for one in engines.values() for point in one]
    width, height = max((x for x, _ in points), default=1), max((y for _, y in points), default=1)
    inner, tall = _WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE

    def at(x: float, y: float) -> tuple[float, float]:
        return _EDGE + x / width * inner, _EDGE + tall - y / height * tall

    yield f'<text x="{_EDGE}" y="16" fill="#212529">{escape(name)}</text>'
    yield f'<path d="M{_EDGE},{_EDGE} V{_EDGE + tall} H{_EDGE + inner}" fill="none" stroke="#ced4da"/>'
    yield f'<text x="{_EDGE + 3}" y="{_EDGE + 8}" fill="#868e96">{height:.2g} s</text>'
    yield f'<text x="{_EDGE + inner}" y="{_EDGE + tall + 12}" text-anchor="end" fill="#868e96">{width:g} M</text>'
    for engine, measured in engines.items():
        places = [at(x, y) for x, y in measured]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline points="{line}" fill="none" stroke="{_COLOURS[engine]}" stroke-width="1.5"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{_COLOURS[engine]}"/>' for x, y in places)
