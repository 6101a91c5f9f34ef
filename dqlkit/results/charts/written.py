"""Numbers as texts for people: short, with separators of thousands."""

from __future__ import annotations

import math

__all__ = ["written"]

_LARGE = ((1e12, "T"), (1e9, "G"), (1e6, "M"))


def written(number: float, decimals: int | None = None, suffix: str = "") -> str:
    """`1,234`, `12.5M`, `0.00123`, `85 %`: with three digits that count, or as many decimals as asked."""
    if not math.isfinite(number) or abs(number) >= 1e15:
        return f"{number:.4g} {suffix}".strip()
    letter = ""
    if abs(number) >= 1e6:
        size, letter = next(one for one in _LARGE if abs(number) >= one[0])
        number /= size
    if decimals is not None and not letter:
        text = f"{number:,.{decimals}f}"
    elif number == round(number) or abs(number) >= 100:
        text = f"{number:,.0f}"
    else:
        text = f"{number:.3g}"
    gap = " " if suffix and not suffix.startswith("°") else ""
    return f"{text}{letter}{gap}{suffix}"
