"""Comments that switch rules off.

`// dqlkit: ignore[B010] reason` for its own line, or for the next one where it stands alone; for the whole query text
`// dqlkit: ignore-file[C]`; `// dqlkit: off` and `// dqlkit: on` around lines. Brackets hold codes, beginnings of codes,
or names of rules; without them every rule is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dqlkit.diagnostics import Diagnostic, Edit, Span
from dqlkit.diagnostics.lines import Lines
from dqlkit.frozen import mutable
from dqlkit.languages.syntax.tree import Comment, Name, Parsed, String, walk
from dqlkit.linting.catalogue import rules
from dqlkit.regex import regex

__all__ = ["Suppression", "read_suppressions", "suppressing"]

_DIRECTIVE = regex(r"dqlkit:\s*(?P<kind>ignore-file|ignore-next|ignore|off|on)\b\s*(?:\[(?P<codes>[^\]]*)\])?")


@mutable
class Suppression:
    """Findings that begin from `start` to before `end` are off: those of the selected rules, all where there are none."""

    comment: Span
    start: int
    end: int
    selectors: tuple[str, ...]

    def covers(self, finding: Diagnostic) -> bool:
        """Whether a finding is off."""
        if not self.start <= finding.span.start < self.end:
            return False
        return not self.selectors or rules()[finding.code].named(self.selectors)


def read_suppressions(text: str, comments: Iterable[Comment]) -> list[Suppression]:
    """The suppressions that the comments of a query declare."""
    directives = [(comment, directive) for comment in comments if (directive := _DIRECTIVE.search(comment.text))]
    if not directives:
        return []
    lines = Lines(text)
    found: list[Suppression] = []
    off: Suppression | None = None
    for comment, directive in directives:
        kind = directive["kind"]
        if kind == "on":
            if off is not None:
                off.end, off = comment.end, None
            continue
        selectors = tuple(part.strip() for part in (directive["codes"] or "").split(",") if part.strip())
        made = Suppression(comment.span, *_reach(kind, comment, lines), selectors)
        found.append(made)
        off = made if kind == "off" else off
    return found


def _reach(kind: str, comment: Comment, lines: Lines) -> tuple[int, int]:
    past = len(lines.text) + 1
    line, column = lines.position(comment.start)
    start = lines.starts[line - 1]
    if kind == "ignore-file":
        return 0, past
    if kind == "off":
        return start, past
    alone = not lines.line(line)[: column - 1].strip()
    last = line + 1 if kind == "ignore-next" or alone else line
    return start, lines.starts[last] if last < len(lines.starts) else past


_OWN = regex(r"// dqlkit: ignore\[[^\]]*(?=\])")


def suppressing(parsed: Parsed, findings: Iterable[Diagnostic]) -> Iterator[Edit]:
    """Comments that would suppress findings: each at the end of the line where findings begin; on a line above where
    the end of the line is inside of a string or comment; none where the line's beginning is inside one as well."""
    text = parsed.text
    texts = [node.span for node in walk(parsed.tree) if isinstance(node, (Name, String))]
    blocks = [*texts, *(comment.span for comment in parsed.comments)]
    by_line: dict[int, dict[str, None]] = {}
    for finding in findings:
        by_line.setdefault(text.rfind("\n", 0, finding.span.start) + 1, {})[finding.code] = None
    for start, codes in by_line.items():
        end = text.find("\n", start)
        end = len(text) if end < 0 else end - (text[end - 1] == "\r")
        own = _OWN.search(text, start, end + 1)
        listed = ", ".join(codes)
        if own:
            yield Edit(Span(own.end(), own.end()), f", {listed}")
        elif not any(block.start < end < block.end for block in blocks):
            last = start + len(text[start:end].rstrip())  # blanks behind it say nothing
            yield Edit(Span(last, end), f" // dqlkit: ignore[{listed}]")
        elif not any(block.start < start < block.end for block in blocks):
            yield Edit(Span(start, start), f"// dqlkit: ignore[{listed}]\n")
