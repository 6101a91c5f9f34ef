"""Comments that switch rules off.

`// dqlkit: ignore[B010] reason` for its own line, or for the next one where it stands alone; for the whole query text
`// dqlkit: ignore-file[C]`; `// dqlkit: off` and `// dqlkit: on` around lines. Without brackets every rule is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, warning
from dqlkit.diagnostics.text import Lines
from dqlkit.languages.syntax.tree import Comment

__all__ = ["UNUSED", "apply", "read"]

#: The code under which a comment that suppresses nothing is reported.
UNUSED = "Z001"

_DIRECTIVE = re.compile(r"dqlkit:\s*(?P<kind>ignore-file|ignore-next|ignore|off|on)\b\s*(?:\[(?P<codes>[^\]]*)\])?")


@dataclass(slots=True)
class Suppression:
    """Lines `first` to `last` (inclusive), and the selectors that are off there; all where there are none."""

    comment: Span
    first: int
    last: float
    selectors: tuple[str, ...]
    used: set[str] = field(default_factory=set)

    def covers(self, diagnostic: Diagnostic, line: int) -> bool:
        """Whether a finding is off."""
        if not self.first <= line <= self.last:
            return False
        return not self.selectors or any(diagnostic.code.startswith(selector) for selector in self.selectors)


def read(text: str, comments: Iterable[Comment]) -> list[Suppression]:
    """The suppressions that the comments of a query declare."""
    directives = [(comment, directive) for comment in comments if (directive := _DIRECTIVE.search(comment.text))]
    if not directives:
        return []
    lines = Lines(text)
    found: list[Suppression] = []
    off: Suppression | None = None
    for comment, directive in directives:
        line = lines.position(comment.start)[0]
        kind = directive["kind"]
        selectors = tuple(part.strip() for part in (directive["codes"] or "").split(",") if part.strip())
        if kind == "on":
            if off is not None:
                off.last, off = line, None
            continue
        alone = not lines.line(line)[: comment.start - lines.starts[line - 1]].strip()
        first, last = _reach(kind, line, alone, lines)
        made = Suppression(comment.span, first, last, selectors)
        found.append(made)
        off = made if kind == "off" else off
    return found


def _reach(kind: str, line: int, alone: bool, lines: Lines) -> tuple[int, float]:
    if kind == "ignore-file":
        return 1, float("inf")
    if kind == "off":
        return line, float("inf")
    if kind == "ignore-next" or alone:
        return line, line + 1
    return line, line


def apply(text: str, suppressions: list[Suppression], found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings that stand, then a finding for each suppression that held back nothing."""
    lines = Lines(text)
    for diagnostic in found:
        line = lines.position(diagnostic.span.start)[0]
        covering = [s for s in suppressions if s.covers(diagnostic, line)]
        for suppression in covering:
            suppression.used.add(diagnostic.code)
        if not covering:
            yield diagnostic
    for suppression in suppressions:
        if not suppression.used:
            fix = Fix("Remove the comment", (Edit(suppression.comment, ""),))
            yield warning(
                UNUSED, suppression.comment, "expected a finding to suppress, found none", help="Remove it.", fix=fix
            )
