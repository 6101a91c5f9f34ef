"""Two numbers of each record against each other."""

from __future__ import annotations

from dqlkit.results.charts.columns import Columns, scales, suffixed
from dqlkit.results.charts.figures import PALETTE, Point, Scatter, colours, finite

__all__ = ["scatter"]


def scatter(columns: Columns, kind: str) -> Scatter | None:
    """A point for each record that has both numbers: the first goes across, the second up. Labels have colours where there
    are enough of these. None where there are no two numbers."""
    if len(columns.numbers) < 2:
        return None
    across, up = columns.numbers[:2]
    values = {field: columns.values(field) for field in (across, up)}
    scale = scales(columns, values)
    labels = columns.names(columns.labels(other=columns.times))
    numbers = ((finite(scale[field].of(value)) for value in values[field]) for field in (across, up))
    drawn = [(x, y, label) for x, y, label in zip(*numbers, labels, strict=True) if x is not None and y is not None]
    distinct = [*dict.fromkeys(label for _, _, label in drawn)]
    told = distinct if 1 < len(distinct) <= len(PALETTE) else []
    groups = dict(zip(told, colours(told, columns.settings.colours), strict=True))
    first, second = (suffixed(field, scale[field].suffix) for field in (across, up))
    return Scatter(kind, tuple(Point(*one) for one in drawn), first, second, groups, columns.settings)
