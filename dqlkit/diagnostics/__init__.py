"""What a stage has to say about a text: values, never exceptions.

Offsets are code points into the text that was parsed. Rendering (text, JSON, SARIF, annotations) lives beside this file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from dqlkit.diagnostics.lines import Lines
from dqlkit.diagnostics.span import Edit, Span
from dqlkit.frozen import field, frozen, replace

__all__ = ["Diagnostic", "Edit", "Fix", "Severity", "Span", "apply_edits", "error", "info", "warning"]

Severity = Literal["error", "warning", "info"]


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text with edits made, none of which overlap."""
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@frozen(strict=True)
class Fix:
    """Edits that mend a finding. A `safe` fix cannot change what a valid query means."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool = True


@frozen(strict=True)
class Diagnostic:
    """One finding: a stable `code`, where it is, what was expected and found, and what to do.

    `message`: stages say what was expected and what was found, in lower case; lint rules say in a sentence what is so.
    `help` is the way out, one sentence; `notes` are further facts; `fix` is present where a mend is sure. `text` is what
    the span points into, None where that is not known: files of data, options.
    """

    code: str
    severity: Severity
    span: Span
    message: str
    help: str = ""
    notes: tuple[str, ...] = ()
    fix: Fix | None = field(default=None, compare=False)
    text: str | None = field(default=None, compare=False, repr=False)

    @property
    def start(self) -> tuple[int, int] | None:
        """The line and the column at which it begins, from 1, columns in code points; None without a text."""
        return None if self.text is None else Lines(self.text).position(self.span.start)

    @property
    def end(self) -> tuple[int, int] | None:
        """The line and the column behind its last character."""
        return None if self.text is None else Lines(self.text).position(self.span.end)

    def within(self, text: str) -> Diagnostic:
        """The same finding, with the text that it points into."""
        return self if self.text is not None else replace(self, text=text)

    def __str__(self) -> str:
        place = "" if self.start is None else "{}:{}: ".format(*self.start)
        return f"{place}{self.severity}[{self.code}]: {self.message}" + (f" ({self.help})" if self.help else "")


def error(
    code: str, span: Span, message: str, *, help: str = "", notes: Iterable[str] = (), fix: Fix | None = None
) -> Diagnostic:
    """A finding after which the text cannot run."""
    return Diagnostic(code, "error", span, message, help, tuple(notes), fix)


def warning(
    code: str, span: Span, message: str, *, help: str = "", notes: Iterable[str] = (), fix: Fix | None = None
) -> Diagnostic:
    """A finding after which the text runs, probably not as meant."""
    return Diagnostic(code, "warning", span, message, help, tuple(notes), fix)


def info(
    code: str, span: Span, message: str, *, help: str = "", notes: Iterable[str] = (), fix: Fix | None = None
) -> Diagnostic:
    """A finding worth knowing."""
    return Diagnostic(code, "info", span, message, help, tuple(notes), fix)
