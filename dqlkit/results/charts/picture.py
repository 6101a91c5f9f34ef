"""Figures as pictures. Vega draws them, within this process and without a network; the extra `charts` brings it along."""

from __future__ import annotations

import json
from types import ModuleType

from dqlkit.errors import missing_extra
from dqlkit.regex import regex
from dqlkit.results.charts.figures import Figure
from dqlkit.results.charts.vega import Look, specification

__all__ = ["can_draw", "png", "svg"]


#: A mark whose text Vega writes for screen readers.
_MARK = regex(r'<(path) aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="[^"]*" ([^>]*)/>')


def svg(figure: Figure, look: Look = Look()) -> str:  # noqa: B008
    """The figure as SVG; what single marks show stands in their titles, which browsers show under the mouse."""
    drawn: str = _library().vegalite_to_svg(json.dumps(specification(figure, look)), allowed_base_urls=[])
    return _MARK.sub(r"<\1 \3><title>\2</title></\1>", drawn)


def png(figure: Figure, look: Look = Look()) -> bytes:  # noqa: B008
    """The figure as PNG, at twice the size for screens that are fine."""
    drawn: bytes = _library().vegalite_to_png(json.dumps(specification(figure, look)), scale=2, allowed_base_urls=[])
    return drawn


def can_draw() -> bool:
    """Whether the library is there."""
    from importlib.util import find_spec

    return find_spec("vl_convert") is not None


def _library() -> ModuleType:
    try:
        import vl_convert
    except ImportError:
        raise missing_extra("charts", "drawing a chart as a picture", "vl-convert-python") from None
    return vl_convert
