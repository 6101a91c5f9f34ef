"""Answers as charts.

    records ──► figure (a timeline, bars, points, one number) ──► lines of a terminal (`terminal.py`)
                                                        └──► Vega-Lite (`vega.py`) ──► SVG, PNG (`picture.py`)

`kinds.py` lists the kinds of charts and chooses one. A figure holds numbers in the unit that they are shown in, labels,
and colours; whatever draws it knows nothing of records.
"""

from __future__ import annotations

from dqlkit.results.charts.figures import Bars, Figure, Number, Scatter, Timeline
from dqlkit.results.charts.kinds import figure_of
from dqlkit.results.charts.settings import Settings, Threshold, Unit

__all__ = ["Bars", "Figure", "Number", "Scatter", "Settings", "Threshold", "Timeline", "Unit", "figure_of"]
