"""The shell without its prompt: its tables and settings, and what becomes of a text."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from dqlkit.api import Query
from dqlkit.cli import answers, running, terminal
from dqlkit.cli.arguments import Arguments
from dqlkit.cli.shell import dots
from dqlkit.cli.shell.asked import Asked
from dqlkit.cli.terminal import UsageError
from dqlkit.errors import DqlkitError, internal_error
from dqlkit.frozen import mutable
from dqlkit.hosts.clear import likely_language

if TYPE_CHECKING:
    from dqlkit import Dataset

__all__ = ["Settings", "Shell", "is_complete", "statements"]


@mutable
class Settings:
    """How answers are shown."""

    mode: str = "table"
    rows: int = answers.ROWS
    timing: bool = False
    stages: bool = False


class Shell:
    """Runs what is typed over tables that are read once."""

    def __init__(self, arguments: Arguments) -> None:
        self.settings = Settings()
        if arguments.rows is not None:
            self.settings.rows = arguments.rows
        self.asked: Asked = Asked(arguments)
        self.tables: dict[str, Dataset] = {}
        for name, source in running.tables(arguments).items():
            self.open(name, source)
        #: The last query that ran, which a text that begins with a pipe continues.
        self.last = ""

    def open(self, name: str, source: object) -> None:
        """Read a table; under the empty name it serves whatever a query reads."""
        from dqlkit import read

        self.tables[name] = read(source)

    def run(self, texts: Iterable[str]) -> int:
        """Run texts until they end, or one says so; 1 where one of them failed."""
        status = 0
        with suppress(dots.Quit):
            for text in texts:
                status = max(status, self.execute(text))
        return status

    def execute(self, text: str) -> int:
        """Run one text, whatever it is: what is wrong with it is told, and an interrupt ends it and nothing else."""
        text = text.strip().removesuffix(";").rstrip()
        try:
            self._execute(text)
            return 0
        except dots.Quit:
            raise
        except UsageError as problem:
            terminal.say(str(problem))
        except DqlkitError as problem:
            terminal.failed(problem, text, "query")
        except KeyboardInterrupt:
            terminal.say("stopped")
        except Exception as problem:
            terminal.failed(internal_error(problem, text), text, "query")
        return 1

    def _execute(self, text: str) -> None:
        if text.startswith("."):
            dots.execute(self, text)
        elif text:
            text = self.whole(text)
            self._query(Query(text, likely_language(text)))
            self.last = text

    def whole(self, text: str) -> str:
        """A text, behind the last query where it begins with a pipe."""
        return f"{self.last}\n{text}" if text.lstrip().startswith("|") and self.last else text

    def _query(self, query: Query) -> None:
        started = time.perf_counter()
        result = query.run(self.tables, **self.asked.options)
        seconds = time.perf_counter() - started
        terminal.report([d for d in query.diagnostics if d.severity != "error"], query.text)
        lines = answers.lines(result, self.settings.mode, self.settings.rows)
        answers.show(lines, True, answers.unpaged(self.settings.mode, self.settings.rows))
        answers.tell(result, binary=False)
        if self.settings.timing:
            print(f"{seconds:.3f} s to run, {time.perf_counter() - started - seconds:.3f} s to show", file=sys.stderr)
        if self.settings.stages:
            self.show_stages()

    def show_stages(self) -> None:
        """Draw how many records leave each stage of the last query."""
        if not self.last:
            raise UsageError("there was no query yet")
        answers.show_stages(Query(self.last, likely_language(self.last)).stages(self.tables, **self.asked.options))


def is_complete(text: str) -> bool:
    """Whether Enter runs a text, and does not begin another line.

    [decided: a text is complete where no syntax error stands at its very end, such as a pipe, a comma or an open bracket; also
    where it ends with `;` or an empty line, or begins with a dot. So the usual query of one line runs at once, and one that goes
    on after a complete line is continued by a text that begins with a pipe.]
    """
    written = text.rstrip()
    if not written or written.startswith(".") or written.endswith(";") or text.endswith("\n"):
        return True
    query = Query(written, likely_language(written), "stages" if written.startswith("|") else "query")
    return not any(found.span.start >= len(written) for found in query.parsed.diagnostics)


def statements(lines: Iterable[str]) -> Iterator[str]:
    """The texts of a file: each ends where it is complete, and no line follows that begins with a pipe."""
    text = ""
    for line in lines:
        if text and is_complete(text.removesuffix("\n")) and not line.lstrip().startswith("|"):
            yield text
            text = ""
        text += line if text or line.strip() else ""
    if text:
        yield text
