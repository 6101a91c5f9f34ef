"""Modules that bodies and lowerings of functions need but declarations do not (Polars, DPL), imported when first
used."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = ["Lazy", "arrow_pays", "dpl", "pl", "quotient", "tokens"]


class Lazy:
    """A stand-in for a module, which is imported when an attribute is first read."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._module: ModuleType | None = None

    def __getattr__(self, attribute: str) -> Any:
        if self._module is None:
            self._module = importlib.import_module(self._name)
        return getattr(self._module, attribute)


if TYPE_CHECKING:
    import polars as pl

    from dqlkit.functions import tokens
    from dqlkit.languages import dpl
else:
    dpl = Lazy("dqlkit.languages.dpl")
    pl = Lazy("polars")
    tokens = Lazy("dqlkit.functions.tokens")


#: Fewer values are not worth the start of Arrow, which takes a tenth of a second.
_FEW = 2000


def arrow_pays(count: int) -> bool:
    """Whether so many values are worth using Arrow for."""
    return count >= _FEW or "pyarrow" in sys.modules


def quotient(dividend: pl.Expr, divisor: pl.Expr | float) -> pl.Expr:
    """The quotient of doubles as IEEE has it.

    Polars multiplies with the reciprocal of a scalar, so that 3 / 10 would be 0.30000000000000004; a divisor with a
    value for each record keeps it from that. A factor of 1 makes it: adding or taking away would cost a zero its sign.
    """
    return dividend / (divisor * dividend.is_not_null().cast(pl.Float64))
