"""Conversion functions: a value as another type, null where it has none there.

An array stands for its first element (`unwraps=True`) in all but `toArray` and `toString`; `toLong(a[])` converts each.
"""

from __future__ import annotations

from dqlkit.functions.conversion import identities, numbers, texts, times
from dqlkit.functions.conversion.texts import as_text

__all__ = ["as_text", "identities", "numbers", "texts", "times"]
