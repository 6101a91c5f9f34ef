"""Array functions. Positions count from 0; an array as a whole is null only where it is missing."""

from __future__ import annotations

from dqlkit.functions.array import arrangement, elements, reduction, series, vectors
from dqlkit.functions.array.reduction import over_elements

__all__ = ["arrangement", "elements", "over_elements", "reduction", "series", "vectors"]
