"""Compiled patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dqlkit.cached import cached_property
from dqlkit.diagnostics import Diagnostic
from dqlkit.frozen import frozen
from dqlkit.languages.dpl.bind import bind
from dqlkit.languages.dpl.parse import parse
from dqlkit.languages.dpl.program import MISS, Clock, Node, Run
from dqlkit.languages.dpl.regular import NotRegular, flat
from dqlkit.types.kinds import Record, Type
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from dqlkit.languages.dpl.columns import Columns, Entirely, Search

__all__ = ["Compiled", "Found", "Pattern", "compiled"]


class Found(NamedTuple):
    """A match: where it is, and the value of every export."""

    start: int
    end: int
    exports: dict[str, Value]


class Pattern:
    """A pattern that can run. `exports` are the types of its exports in the order of the text."""

    def __init__(self, root: Node, exports: Mapping[str, Type]) -> None:
        self.root, self.exports = root, dict(exports)

    @property
    def kind(self) -> Type:
        """The type of what `parse` yields: the value of a single export, else a record of all."""
        return next(iter(self.exports.values())) if len(self.exports) == 1 else self.record

    @property
    def record(self) -> Record:
        return Record(self.exports.items())

    def match(self, text: str, clock: Clock, at: int = 0) -> Found | None:
        """The match at a position; it need not reach the end of the text."""
        return self._match(Run(text, clock), at)

    def _match(self, run: Run, at: int) -> Found | None:
        run.exports = []
        try:
            end = self.root.match(run, at)
        except RecursionError:  # nested far deeper than anything that means something
            return None
        return None if end == MISS else Found(at, end, dict.fromkeys(self.exports) | dict(run.exports))

    def matches(self, text: str, clock: Clock) -> Iterator[Found]:
        """All matches, each behind the one before. One that is empty moves on by a character."""
        run = Run(text, clock)
        at = 0
        while at <= len(text):
            begins = self._lead.search(text, at)
            if begins is None:
                return
            at = begins.start()
            found = self._match(run, at)
            if found is None:
                at += 1
                continue
            yield found
            at = max(found.end, at + 1)

    @cached_property
    def _lead(self) -> re.Pattern[str]:
        """How a match begins: with anything where that is not known."""
        return re.compile("" if self.root.nullable else self.root.lead)

    def matches_whole(self, text: str, clock: Clock) -> bool:
        """Whether a text matches from its start to its end."""
        found = self.match(text, clock)
        return found is not None and found.end == len(text)

    def value(self, found: Found) -> Value:
        """What `parse` yields for a match."""
        return next(iter(found.exports.values())) if len(self.exports) == 1 else found.exports

    @property
    def is_json(self) -> bool:
        """Whether the pattern is one JSON object of which all is taken."""
        nodes = flat([self.root])
        return len(nodes) == 1 and nodes[0].is_whole_object

    @cached_property
    def json_slot(self) -> str:
        """The name of the export that is all of a JSON object, behind which nothing is taken; nothing where none is, or
        where columns cannot tell where it starts."""
        last = flat([self.root])[-1:]
        slot = last[0].slot if last and last[0].is_whole_object else ""
        return slot if slot and (self.is_json or self._is_one_step) else ""

    @property
    def _is_one_step(self) -> bool:
        """Whether it runs on columns without reading one thing before the next begins."""
        return not isinstance(self.columns, NotRegular) and self.columns.then is None

    @cached_property
    def columns(self) -> Columns | NotRegular:
        """The pattern on whole columns of texts, or why it has to run record by record."""
        from dqlkit.languages.dpl.columns import Columns

        try:
            return Columns([self.root], self.exports)
        except NotRegular as reason:
            return reason

    @property
    def written(self) -> Columns | None:
        """What `toString` says of the one export, on whole columns; None where these cannot tell."""
        from dqlkit.languages.dpl.columns import Columns

        return self.columns.written if isinstance(self.columns, Columns) else None

    @cached_property
    def entirely(self) -> Entirely | NotRegular:
        """The pattern from the start to the end of whole columns of texts; or why not."""
        from dqlkit.languages.dpl.columns import Entirely

        try:
            return Entirely(self)
        except NotRegular as reason:
            return reason

    @cached_property
    def search(self) -> Search | NotRegular:
        """The pattern, looked for anywhere, on whole columns; or why not."""
        from dqlkit.languages.dpl.columns import Search

        try:
            return Search(self)
        except NotRegular as reason:
            return reason


@frozen
class Compiled:
    """`pattern` is None where the diagnostics hold an error; `exports` are known as far as they can be."""

    pattern: Pattern | None
    exports: Mapping[str, Type]
    diagnostics: tuple[Diagnostic, ...]


@lru_cache(maxsize=512)
def compiled(text: str) -> Compiled:
    """The pattern of a text; any text is answered. Spans of diagnostics are offsets into the text."""
    bound = bind(parse(text))
    program = None if bound.root is None else Pattern(bound.root, bound.names)
    return Compiled(program, bound.names, tuple(bound.diagnostics))
