"""The prompt of the shell: keys, history, completion."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from dqlkit.api import Query
from dqlkit.cli.shell.dots import DOTS
from dqlkit.cli.shell.shell import is_complete
from dqlkit.cli.terminal import colour
from dqlkit.editing import Draft, Known, complete
from dqlkit.editing.place import spelled
from dqlkit.errors import missing_extra
from dqlkit.hosts.clear import likely_language
from dqlkit.types.values import Value

try:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.formatted_text import FormattedText
    from prompt_toolkit.history import FileHistory, History, InMemoryHistory
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    from dqlkit.cli.shell.colours import Colours
except ModuleNotFoundError:
    raise missing_extra("shell", "the shell", "prompt-toolkit") from None

if TYPE_CHECKING:
    from dqlkit import Dataset
    from dqlkit.cli.shell.shell import Shell

__all__ = ["prompts"]

_PROMPT = "dqlkit> "
#: The longest text that is shown beside an offer.
_META = 60


def prompts(shell: Shell) -> Iterator[str]:
    """What is typed, text by text; an interrupt drops what was typed so far."""
    session: PromptSession[str] = PromptSession(
        FormattedText([("bold", _PROMPT)]),
        multiline=True,
        prompt_continuation=lambda width, line, wrapped: " " * (width - 2) + "· ",
        history=_history(),
        completer=_Completer(shell),
        lexer=Colours(shell.whole) if colour(sys.stdout) else None,
        complete_in_thread=True,
        key_bindings=_keys(),
    )
    print(_greeting(shell))
    while True:
        try:
            yield session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _greeting(shell: Shell) -> str:
    tables = ", ".join(name or "one for any name" for name in shell.tables) or "none"
    return f"Tables: {tables}. `.help` says what there is."


def _history() -> History:
    """Kept between sessions, where the system keeps the state of programs for a user; else for this one."""
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "dqlkit"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / "history"
        file.open("a").close()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(file))


def _keys() -> KeyBindings:
    """Enter runs what is complete; Alt-Enter begins a line in any case."""
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None  # the offer that is chosen stays
        elif is_complete(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


class _Completer(Completer):
    """Offers what may be written at the cursor, by what is known of the tables that are open."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self._found: dict[tuple[str, str], tuple[Dataset, Sequence[Value]]] = {}

    def get_completions(self, document: Document, event: object) -> Iterable[Completion]:
        offers = self._dot if document.text.lstrip().startswith(".") else self._query
        try:
            return [*offers(document)]
        except Exception:  # whoever types goes on without offers
            if os.environ.get("DQLKIT_TRACEBACK"):
                raise
            return []

    def _dot(self, document: Document) -> Iterator[Completion]:
        """A command of the shell, or the word behind it."""
        name, blank, written = document.text_before_cursor.lstrip().removeprefix(".").partition(" ")
        if not blank:
            yield from (
                Completion(one.name, -len(name), display_meta=one.what)
                for one in DOTS.values()
                if one.name.startswith(name)
            )
        elif name in DOTS:
            start = written.rpartition("=")[2]
            words = DOTS[name].completes(self.shell)
            yield from (Completion(word, -len(start)) for word in words if word.startswith(start))

    def _query(self, document: Document) -> Iterator[Completion]:
        """What an editor would offer; a text that begins with a pipe continues the last query."""
        text = self.shell.whole(document.text)
        offset = len(text) - len(document.text) + document.cursor_position
        found = complete(Draft(text, likely_language(text), known=self._known()), offset)
        for item in found.matching(text):
            written = item.text[: len(item.text) - item.back]
            meta = shorten(item.detail or item.documentation, _META, placeholder="…")
            yield Completion(written, found.span.start - offset, item.label, meta)

    def _known(self) -> Known:
        schemas = {name: table.table.schema for name, table in self.shell.tables.items()}
        return Known(schemas, values=self._values)

    def _values(self, table: str, field: str) -> Sequence[Value]:
        """The commonest values of a field, looked for once."""
        source = self.shell.tables.get(table) or self.shell.tables.get("")
        if source is None:
            return ()
        known = self._found.get((table, field))
        if known is None or known[0] is not source:
            known = self._found[table, field] = source, _commonest(source, field)
        return known[1]


#: Of so many records the commonest values are offered, so many at most.
_LOOKED_AT, _OFFERED = 100_000, 50


def _commonest(table: Dataset, field: str) -> Sequence[Value]:
    from dqlkit.engines.polars.physical import values_of

    name = spelled(field)
    text = f"fetch t | limit {_LOOKED_AT} | summarize n = count(), by: {{v = {name}}} | sort n desc | limit {_OFFERED}"
    result = Query(text).run({"t": table})
    found = values_of(result.data["v"], result.schema.type("v"))
    return [value for value in found if value is not None]
