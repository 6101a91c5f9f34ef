"""Going on after an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dqlkit.languages.syntax.scanner import Token

if TYPE_CHECKING:
    from dqlkit.languages.syntax.parser import Run


def recover(run: Run, unexpected: Token, pending: Iterator[Token]) -> None:
    raise NotImplementedError(unexpected)
