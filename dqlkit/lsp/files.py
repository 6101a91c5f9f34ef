"""The files that are open in the editor, with their queries. A query that did not change is not looked at again."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import PurePath
from typing import cast

from dqlkit.cached import cached_property
from dqlkit.diagnostics import Diagnostic, Edit, Span
from dqlkit.editing import Draft, Known
from dqlkit.editing.layout import layout
from dqlkit.frozen import field, mutable, replace
from dqlkit.hosts import Embedded, Looked, known, look
from dqlkit.languages.language import LanguageName
from dqlkit.linting.check import check_subject, subject_in, unreadable
from dqlkit.linting.settings import Settings, SettingsError, settings_for
from dqlkit.linting.subject import Subject
from dqlkit.lsp.positions import Positions

__all__ = ["File", "Place", "Query"]

#: The ending that a file has whose name tells nothing, by the language that the editor says it has.
_ENDINGS = {"dql": ".dql", "adql": ".adql", "json": ".json", "yaml": ".yaml", "markdown": ".md", "terraform": ".tf"}


@mutable(slots=False)
class Query:
    """A query of an open file: its text, where it stands, and what was found in it."""

    embedded: Embedded
    subject: Subject
    findings: list[Diagnostic]
    known: Known

    @cached_property
    def draft(self) -> Draft:
        """The query as `editing` takes it; the rules had it parsed and bound."""
        variables = self.embedded.document.variables
        known = replace(self.known, variables=self.known.variables if variables is None else tuple(variables))
        language = cast(LanguageName, self.embedded.language)
        return Draft.of(self.subject.parsed, self.subject.bound, language, self.embedded.part, known)

    def same(self, other: Embedded) -> bool:
        """Whether another query of the file has the same text in the same surroundings, wherever it stands."""
        mine = self.embedded
        return _told(mine) == _told(other)


def _told(query: Embedded) -> tuple[object, ...]:
    """All that findings depend on. What else the document says matters only to a query that fills a variable."""
    document = query.document if query.document.variable else replace(query.document, uses=())
    return query.text, query.language, query.part, query.context, query.pointer, document


def _same_end(one: str, other: str) -> int:
    """How many characters at the ends of two texts are the same."""
    sizes = range(1, min(len(one), len(other)) + 1)
    return bisect_left(sizes, True, key=lambda size: one[len(one) - size :] != other[len(other) - size :])


@mutable(slots=False)
class Place:
    """An offset in a query of a file."""

    query: Query
    offset: int

    @property
    def draft(self) -> Draft:
        return self.query.draft


@mutable(slots=False)
class File:
    """An open file. `problem` says why its settings cannot be read."""

    uri: str
    path: str
    language: str
    encoding: str
    known: Known = field(default_factory=Known)
    text: str = ""
    version: int | None = None
    queries: list[Query] = field(default_factory=list)
    looked: Looked = field(default_factory=Looked)
    problem: str = ""

    @property
    def name(self) -> str:
        """A file name whose ending tells how the file is read."""
        if known(self.path) and PurePath(self.path).suffix:
            return self.path
        return self.path + _ENDINGS.get(self.language, "")

    @cached_property
    def settings(self) -> Settings:
        try:
            return settings_for(os.path.dirname(self.path))
        except SettingsError as problem:
            self.problem = str(problem)
            return Settings()

    def update(self, text: str, version: int | None) -> None:
        """Read the file anew. What stands behind the place where it breaks is known from before."""
        before, self.text, self.version = self.text, text, version
        self.__dict__.pop("positions", None)
        self.looked = look(text, self.name, self.settings.context(self.path), True)
        old: dict[str, list[Query]] = {}
        for query in self.queries:
            old.setdefault(query.embedded.text, []).append(query)
        behind = [] if self.looked.problem is None else [*self._behind(before)]
        self.queries = [self._query(embedded, old.get(embedded.text, [])) for embedded in self.looked.queries] + behind

    def _behind(self, before: str) -> Iterator[Query]:
        """The queries behind a change that makes the file unreadable: they have the same characters as before it."""
        kept = _same_end(before, self.text)
        read = {query.map.start(0) for query in self.looked.queries}
        for query in self.queries:
            span_map = query.embedded.map.moved(len(self.text) - len(before))
            if query.embedded.map.start(0) >= len(before) - kept and span_map.start(0) not in read:
                yield replace(query, embedded=replace(query.embedded, map=span_map))

    def forget(self) -> None:
        """Check everything again: the settings changed, or what is known of tables."""
        self.__dict__.pop("settings", None)
        self.queries, self.problem = [], ""
        self.update(self.text, self.version)

    def _query(self, embedded: Embedded, old: list[Query]) -> Query:
        """A query with its findings; `old` are those of the same text before the change."""
        same = next((query for query in old if query.same(embedded)), None)
        if same is not None:
            if same.embedded.map == embedded.map:
                return same
            return replace(same, embedded=embedded)
        subject = subject_in(embedded, self.settings, self.path)
        return Query(embedded, subject, check_subject(subject, embedded, self.settings, self.path), self.known)

    @cached_property
    def positions(self) -> Positions:
        return Positions(self.text, self.encoding)

    # ---- between the file and its queries -----------------------------------------------------------------------

    def spans(self) -> Iterator[tuple[Diagnostic, Span]]:
        """The findings with their places in the file."""
        for finding in self._unread():
            yield finding, finding.span
        for query in self.queries:
            for diagnostic in query.findings:
                yield diagnostic, self.span(query, diagnostic.span)

    def findings(self, span: Span) -> Iterator[tuple[Diagnostic, Query]]:
        """The findings in queries that a range of the file touches, with their places in the query."""
        for query in self.queries:
            for diagnostic in query.findings:
                place = self.span(query, diagnostic.span)
                if place.start <= span.end and span.start <= place.end:
                    yield diagnostic, query

    def _unread(self) -> list[Diagnostic]:
        """What says that the file, or a part of it, cannot be read."""
        if self.looked.problem is None:
            return []
        return [one.diagnostic for one in unreadable(self.path, self.settings, self.looked.problem, self.text)]

    def at(self, offset: int) -> Place | None:
        """The query at an offset of the file; of two that touch the one that ends there."""
        for query in self.queries:
            inside = query.embedded.map.query(offset)
            if inside is not None:
                return Place(query, inside)
        return None

    def edits(self, query: Query, edits: tuple[Edit, ...]) -> list[Edit] | None:
        """Edits of a query as edits of the file; None where the file cannot hold one of them."""
        found = [query.embedded.in_file(edit, self.text) for edit in edits]
        return None if None in found else [edit for edit in found if edit is not None]

    def laid(self, selected: Span) -> Iterator[Edit]:
        """The layout of the stages that a range of the file touches."""
        for query in self.queries:
            whole = self.span(query, Span(0, len(query.embedded.text)))
            if whole.start <= selected.end and selected.start <= whole.end:
                start = query.embedded.map.query(max(selected.start, whole.start)) or 0
                end = query.embedded.map.query(min(selected.end, whole.end))
                within = Span(start, len(query.embedded.text) if end is None else end)
                edit = layout(query.draft, within, self.settings.line_length)
                yield from (self.edits(query, (edit,)) if edit else None) or ()

    def span(self, query: Query, span: Span) -> Span:
        """A range of a query as one of the file."""
        return query.embedded.map.span(span)
