"""Figures within pages of HTML. A page has `STYLE` once; it needs no script and no network.

A picture is drawn for a wide and for a narrow place, and the page shows the one that fits: in a picture that is scaled
down nobody could read the texts. Its texts and axes take the colour of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from dqlkit.results.charts.columns import plain
from dqlkit.results.charts.figures import Bars, Figure, Number, Timeline, finite
from dqlkit.results.charts.picture import svg
from dqlkit.results.charts.vega import Look, left_out, shown, slices
from dqlkit.results.charts.written import written

__all__ = ["STYLE", "course", "html_figure"]

#: Below this width the narrow picture is shown; it is drawn a little narrower, since it may be stretched.
_NARROW = 480
_NARROW_LOOK = 360

STYLE = f"""
.figure {{ container-type: inline-size; margin: 0 0 1rem; width: 100% }}
.figure svg {{ display: block; width: 100%; height: auto; overflow: visible }}
.figure .narrow {{ display: none }}
@container (max-width: {_NARROW}px) {{ .figure .wide {{ display: none }} .figure .narrow {{ display: block }} }}
.legend {{ display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .5rem 0 0; padding: 0; list-style: none;
  font-size: .8rem; max-height: 6.4rem; overflow: auto }}
.legend li {{ display: flex; align-items: center; gap: .4rem; overflow-wrap: anywhere }}
.legend i {{ flex: none; width: .65rem; height: .65rem; border-radius: 50% }}
.number {{ display: flex; flex-direction: column; align-items: center; justify-content: center; text-align: center;
  gap: .2rem; height: 100%; border-radius: .4rem; padding: .4rem }}
.number strong {{ font-size: clamp(1.6rem, 9cqi, 3.2rem); line-height: 1.1; font-weight: 600; overflow-wrap: anywhere }}
.number span {{ opacity: .75; font-size: .85rem }}
.number svg {{ max-width: 14rem; height: 2.4rem; margin-top: .3rem }}
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


def _picture(figure: Timeline | Bars, width: int, height: int) -> str:
    if isinstance(figure, Bars) and figure.kind == "bars" and not figure.settings.vertical:
        height = max(len(shown_bars(figure)) * 26 + 50, 90)
    drawn = svg(figure, Look(width, height, legend=False, ink="currentColor", paper=None))
    return drawn.replace("<svg ", '<svg role="img" ', 1)


def shown_bars(figure: Bars) -> list[str]:
    """The labels of the bars that are drawn."""
    drawn = shown(figure)
    return [*dict.fromkeys(bar.label for bar in drawn.bars)] if isinstance(drawn, Bars) else []


def _legend(figure: Timeline | Bars) -> str:
    pairs = [*_colours(figure)] if figure.settings.legend else []
    entries = "".join(f'<li><i style="background:{escape(colour)}"></i>{escape(label)}</li>' for label, colour in pairs)
    return f'<ul class="legend">{entries}</ul>' if len(pairs) > 1 else ""


def _colours(figure: Timeline | Bars) -> Iterator[tuple[str, str]]:
    drawn = shown(figure)
    if isinstance(drawn, Timeline):
        yield from ((series.label, series.colour) for series in drawn.series)
    elif isinstance(drawn, Bars) and drawn.kind in ("pie", "donut"):
        yield from zip(*slices(drawn), strict=True)
    elif isinstance(drawn, Bars):
        yield from drawn.groups.items()


def _number(figure: Number) -> str:
    colour = escape(figure.colour)
    property = "background" if figure.settings.backdrop else "color"
    style = f' style="{property}:{colour}"' if colour else ""
    filled = ' style="color:white"' if colour and figure.settings.backdrop else ""
    label = f"<span{filled}>{escape(figure.label)}</span>" if figure.label else ""
    trend = course(figure.trend.numbers, figure.colour or "currentColor") if figure.trend is not None else ""
    outer, inner = (style, filled) if figure.settings.backdrop else ("", style)
    return f'<div class="number"{outer}><strong{inner}>{escape(figure.text)}</strong>{label}{trend}</div>'


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
