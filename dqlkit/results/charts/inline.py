"""Figures within pages of HTML. A page has `STYLE` once; it needs no script and no network. In the legend of several series
each can be switched off, by the style of the page: what has its colour is not shown.

A picture is drawn for a wide and for a narrow place, and the page shows the one that fits: in a picture that is scaled
down nobody could read the texts. Its texts and axes take the colour of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from dqlkit.regex import regex
from dqlkit.results.charts.columns import plain
from dqlkit.results.charts.figures import PALETTE, Bars, Figure, Number, Scatter, Timeline, finite
from dqlkit.results.charts.picture import svg
from dqlkit.results.charts.vega import Look, left_out, shown, slices
from dqlkit.results.charts.written import written

__all__ = ["STYLE", "course", "html_figure"]

#: Below this width the narrow picture is shown; it is drawn a little narrower, since it may be stretched.
_NARROW = 480
_COLOUR = regex(r"#[0-9a-fA-F]{3,8}")
_NARROW_LOOK = 360

STYLE = f"""
.figure {{ container-type: inline-size; margin: 0 0 1rem; width: 100% }}
.figure svg {{ display: block; width: 100%; height: auto; overflow: visible }}
.figure .narrow {{ display: none }}
@container (max-width: {_NARROW}px) {{ .figure .wide {{ display: none }} .figure .narrow {{ display: block }} }}
.legend {{ display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .5rem 0 0; padding: 0; list-style: none;
  font-size: .8rem; max-height: 6.4rem; overflow: auto }}
.legend li {{ display: flex; align-items: center; gap: .4rem; overflow-wrap: anywhere }}
.legend label {{ display: flex; align-items: center; gap: .4rem; cursor: pointer }}
.legend i {{ flex: none; width: .65rem; height: .65rem; border-radius: 50% }}
.legend input {{ position: absolute; opacity: 0; width: 0 }}
.legend input:focus-visible + i {{ outline: 2px solid; outline-offset: 2px }}
.legend label:has(input:not(:checked)) {{ opacity: .4; text-decoration: line-through }}
.number {{ display: flex; flex-direction: column; align-items: center; justify-content: center; text-align: center;
  gap: .2rem; height: 100%; border-radius: .4rem; padding: .4rem }}
.number strong {{ font-size: clamp(1.6rem, 9cqi, 3.2rem); line-height: 1.1; font-weight: 600; overflow-wrap: anywhere }}
.number span {{ opacity: .75; font-size: .85rem }}
.number svg {{ max-width: 14rem; height: 2.4rem; margin-top: .3rem }}
.number .arc {{ width: min(15rem, 100%); max-width: none; height: auto; margin: 0 }}
.number .arc + strong {{ margin-top: -2.6rem }}
.number .ends {{ display: flex; justify-content: space-between; width: min(15rem, 100%) }}
.number .meter {{ width: 90%; height: .8rem; border-radius: .4rem; overflow: hidden;
  background: color-mix(in srgb, currentColor 15%, transparent) }}
.number .meter i {{ display: block; height: 100% }}
.left-out {{ font-size: .8rem; opacity: .75; margin: .4rem 0 0 }}
"""


def html_figure(figure: Figure, width: int = 860, height: int = 280) -> str:
    """The figure, drawn for a place so wide, with what tells its colours apart."""
    if isinstance(figure, Number):
        return f'<figure class="figure">{_number(figure)}</figure>'
    if width <= _NARROW:
        pictures = _picture(figure, max(width, 240), height)
    else:
        narrow = _picture(figure, _NARROW_LOOK, height)
        pictures = f'<div class="wide">{_picture(figure, width, height)}</div><div class="narrow">{narrow}</div>'
    note = left_out(figure)
    said = f'<p class="left-out">{escape(note)}</p>' if note else ""
    return f'<figure class="figure">{pictures}{_legend(figure)}{said}</figure>'


def _picture(figure: Timeline | Bars | Scatter, width: int, height: int) -> str:
    if isinstance(figure, Bars) and figure.kind == "bars" and not figure.settings.vertical:
        height = max(len(shown_bars(figure)) * 26 + 50, 90)
    drawn = svg(figure, Look(width, height, legend=False, ink="currentColor", paper=None))
    return drawn.replace("<svg ", '<svg role="img" ', 1)


def shown_bars(figure: Bars) -> list[str]:
    """The labels of the bars that are drawn."""
    drawn = shown(figure)
    return [*dict.fromkeys(bar.label for bar in drawn.bars)] if isinstance(drawn, Bars) else []


def _legend(figure: Timeline | Bars | Scatter) -> str:
    pairs = [*_colours(figure)] if figure.settings.legend else []
    if len(pairs) < 2:
        return ""
    entries = "".join(_entry(label, escape(colour)) for label, colour in pairs)
    return f'<ul class="legend">{entries}</ul><style>{"".join(map(_switch, dict(pairs).values()))}</style>'


def _entry(label: str, colour: str) -> str:
    box = f'<input type="checkbox" checked data-colour="{colour}">'
    return f'<li><label>{box}<i style="background:{colour}"></i>{escape(label)}</label></li>'


def _switch(colour: str) -> str:
    """The style that hides what has a colour while its entry is switched off."""
    if not _COLOUR.fullmatch(colour):
        return ""
    off = f'.figure:has([data-colour="{colour}"]:not(:checked)) svg'
    return f'{off} [stroke="{colour}"],{off} [fill="{colour}"]{{display:none}}'


def _colours(figure: Timeline | Bars | Scatter) -> Iterator[tuple[str, str]]:
    drawn = shown(figure)
    if isinstance(drawn, Timeline):
        yield from ((series.label, series.colour) for series in drawn.series)
    elif isinstance(drawn, Bars) and drawn.kind in ("pie", "donut"):
        yield from zip(*slices(drawn), strict=True)
    elif isinstance(drawn, (Bars, Scatter)):
        yield from drawn.groups.items()


def _number(figure: Number) -> str:
    colour = escape(figure.colour)
    property = "background" if figure.settings.backdrop else "color"
    style = f' style="{property}:{colour}"' if colour else ""
    filled = ' style="color:white"' if colour and figure.settings.backdrop else ""
    label = f"<span{filled}>{escape(figure.label)}</span>" if figure.label else ""
    trend = course(figure.trend.numbers, figure.colour or "currentColor") if figure.trend is not None else ""
    outer, inner = (style, filled) if figure.settings.backdrop else ("", style)
    text = f"<strong{inner}>{escape(figure.text)}</strong>"
    drawn = _scale(figure, text) if figure.share is not None else text
    return f'<div class="number"{outer}>{drawn}{label}{trend}</div>'


def _scale(figure: Number, text: str) -> str:
    """A gauge is an arc around its number, a meter a bar below; both tell where they begin and end."""
    colour, share = escape(figure.colour or PALETTE[0]), figure.share or 0
    ends = "".join(f"<span>{escape(end)}</span>" for end in figure.ends)
    told = f'<div class="ends">{ends}</div>'
    if figure.kind == "meter":
        bar = f'<i style="width:{share:.1%};background:{colour}"></i>'
        return f'{text}<div class="meter" role="img" aria-label="{share:.0%}">{bar}</div>{told}'
    path = 'd="M10 60 A50 50 0 0 1 110 60" fill="none" stroke-width="12" pathLength="100"'
    arcs = (
        f'<path {path} stroke="currentColor" opacity=".15"/>'
        f'<path {path} stroke="{colour}" stroke-dasharray="{share * 100:.1f} 100"/>'
    )
    title = f"<title>{share:.0%}</title>"
    return f'<svg class="arc" viewBox="0 0 120 68" role="img">{title}{arcs}</svg>{text}{told}'


def course(values: Iterable[float | None], colour: str = "currentColor") -> str:
    """The course of numbers as a line without axes; lengths of time are numbers too."""
    numbers = [number for value in values if (number := finite(plain(value))) is not None]
    if len(numbers) < 2:
        return escape(", ".join(map(written, numbers)))
    low, high = min(numbers), max(numbers)
    height, across = (high - low) or 1, 100 / (len(numbers) - 1)
    points = " ".join(f"{k * across:.1f},{28 - 26 * (n - low) / height:.1f}" for k, n in enumerate(numbers))
    line = f'<polyline points="{points}" fill="none" stroke="{escape(colour)}" vector-effect="non-scaling-stroke"/>'
    title = f"<title>{written(low)} … {written(high)}</title>"
    return f'<svg viewBox="0 0 100 30" preserveAspectRatio="none" role="img">{title}{line}</svg>'
