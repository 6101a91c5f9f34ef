"""What dqlkit raises."""

from __future__ import annotations

from collections.abc import Iterable

from dqlkit.diagnostics import Diagnostic

__all__ = ["DqlkitError"]


class DqlkitError(Exception):
    """Base of every error. `diagnostics` says what is wrong and where; `text` is the query they point into."""

    def __init__(self, diagnostics: Iterable[Diagnostic], text: str = "") -> None:
        self.diagnostics = tuple(diagnostics)
        self.text = text
        super().__init__(
            "\n".join(f"{d.code} {d.message}" + (f" {d.help}" if d.help else "") for d in self.diagnostics)
        )
