"""The queries of a folder by their names: what `Go to symbol in workspace` finds, in files that are open and in others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path, PurePath
from typing import NamedTuple

from lsprotocol import types

from dqlkit.diagnostics import Span
from dqlkit.frozen import field, mutable
from dqlkit.hosts import Embedded, look
from dqlkit.linting.discovery import discover
from dqlkit.lsp.files import File
from dqlkit.lsp.positions import Positions

__all__ = ["Workspace", "named"]

#: The most symbols of one answer: nobody reads more, and editors ask anew with every letter.
_MOST = 500


def named(embedded: Embedded) -> str:
    """What a query is called in lists: its path in the document, else its first line."""
    return embedded.pointer or embedded.text.strip().split("\n")[0][:60] or "query"


class _Entry(NamedTuple):
    """A symbol, and the words by which it is found, in lower case."""

    words: str
    symbol: types.WorkspaceSymbol


@mutable(slots=False)
class Workspace:
    """The files below a folder. A file that did not change since it was last read is not read again.

    It is asked in a thread of its own, since a folder may be large. So it leaves open files as they are.
    """

    root: str = ""
    encoding: str = "utf-16"
    read: dict[str, tuple[int, list[_Entry]]] = field(default_factory=dict)

    def symbols(self, words: str, opened: Mapping[str, File]) -> list[types.WorkspaceSymbol]:
        """The queries whose names, files or texts have all of some words, in any letter case."""
        wanted = words.lower().split()
        found = (one.symbol for one in self._all(opened) if all(word in one.words for word in wanted))
        return [*islice(found, _MOST)]

    def _all(self, opened: Mapping[str, File]) -> Iterator[_Entry]:
        for file in opened.values():
            yield from self._of(file.uri, file.path, file.text, [query.embedded for query in file.queries])
        for name in discover([self.root]) if self.root else ():
            path = Path(name).resolve()
            if path.as_uri() not in opened:
                yield from self._closed(path)

    def _closed(self, path: Path) -> list[_Entry]:
        """The queries of a file that is not open; none of one that cannot be read."""
        try:
            changed = path.stat().st_mtime_ns
            known = self.read.get(str(path))
            if known is None or known[0] != changed:
                text = path.read_text("utf-8")
                found = [*self._of(path.as_uri(), str(path), text, look(text, str(path)).queries)]
                known = self.read[str(path)] = changed, found
        except (OSError, ValueError):
            return []
        return known[1]

    def _of(self, uri: str, path: str, text: str, queries: Iterable[Embedded]) -> Iterator[_Entry]:
        at, file = Positions(text, self.encoding), PurePath(path).name
        for query in queries:
            where = types.Location(uri, at.range(query.map.span(Span(0, len(query.text)))))
            symbol = types.WorkspaceSymbol(where, named(query), types.SymbolKind.Module, container_name=file)
            yield _Entry(f"{symbol.name} {file} {query.text}".lower(), symbol)
