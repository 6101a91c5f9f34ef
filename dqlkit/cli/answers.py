"""An answer as a command shows it: in a file, in a pipe, or fitted to a terminal; and what is worth knowing beside it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from shutil import get_terminal_size, which
from typing import TYPE_CHECKING

from dqlkit.cli import terminal
from dqlkit.diagnostics.text import painted
from dqlkit.diagnostics.visible import visible

if TYPE_CHECKING:
    from dqlkit.diagnostics import Severity
    from dqlkit.results import Result
    from dqlkit.run.stages import StageCount

__all__ = [
    "ROWS",
    "footer",
    "format_names",
    "in_parts",
    "is_binary",
    "lines",
    "show",
    "show_stages",
    "tell",
    "unpaged",
    "write_answer",
]

#: So many records of a table a terminal shows.
ROWS = 40
#: The lines around the records of a table: names, types, a rule, the footer.
_AROUND = 4


def format_names() -> list[str]:
    """The names of the output formats, told from their files: what writes them takes long to load."""
    import dqlkit

    folder = os.path.join(os.path.dirname(dqlkit.__file__), "results", "formats")
    files = map(os.path.splitext, sorted(os.listdir(folder)))
    return [name for name, ending in files if ending == ".py" and name != "__init__"]


def is_binary(format: str) -> bool:
    """Whether a format is no text."""
    from dqlkit.results.formats import named

    found = named(format)
    return found is not None and found.is_binary


def in_parts(format: str) -> bool:
    """Whether a format can be written while the answer is found."""
    from dqlkit.results.output import in_parts

    return in_parts(format)


def write_answer(result: Result, format: str, out: str | None, rows: int, pager: bool) -> None:
    """To the file, or to standard output: fitted to a terminal, with the first records of a table and what there are more."""
    from dqlkit.results import write

    if out or not sys.stdout.isatty():
        write(result, format, out or sys.stdout)
        return
    show(lines(result, format, rows), pager, unpaged(format, rows))


def lines(result: Result, format: str, rows: int) -> Iterator[str]:
    """The lines of an answer on a terminal; of a table the first `rows` records, 0 for all, and a footer."""
    from dqlkit.results import write

    shown = result.head(rows) if format == "table" and rows else result
    drawn = io.StringIO()
    write(shown, format, drawn, get_terminal_size().columns)
    yield from visible(drawn.getvalue()).splitlines()
    if format == "table":
        yield footer(result, len(shown))


def footer(result: Result, shown: int) -> str:
    """How many records and fields there are, and how long the query took."""
    records = f"{len(result):,} record{'' if len(result) == 1 else 's'}"
    if shown < len(result):
        records += f", the first {shown:,} shown (--rows 0 shows all)"
    seconds = result.metadata["grail"]["executionTimeMilliseconds"] / 1000
    fields = len(result.schema.fields)
    return f"{records} · {fields} field{'' if fields == 1 else 's'} · {seconds:.2f} s"


def unpaged(format: str, rows: int) -> int:
    """So many lines of an answer are printed in any case: those of a table that is cut to its first records.

    [decided: such a table is not paged, since its footer says how to see the others, unless each record is a block of lines.]
    """
    return rows + _AROUND if rows and format == "table" else 0


def show(shown: Iterable[str], pager: bool, least: int = 0) -> None:
    """Print lines; where they are more than `least` and than a screen can hold, they go through a pager, if there is one:
    `$PAGER`, else `less`, where keyboard and screen are a terminal's."""
    text = "".join(f"{line}\n" for line in shown)
    command = _pager() if pager and sys.stdin is not None and sys.stdin.isatty() else None
    if command is None or text.count("\n") < max(get_terminal_size().lines, least + 1):
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    environment = {"LESS": "FRSX", **os.environ}
    with subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env=environment) as process:
        with suppress(BrokenPipeError):  # who reads has seen enough
            process.communicate(text.encode(errors="backslashreplace"))
        with suppress(KeyboardInterrupt):  # which is the pager's to hear
            process.wait()


def _pager() -> str | None:
    """The command that pages; None where that is switched off, or there is none."""
    wanted = os.environ.get("PAGER", "less" if which("less") else "")
    return wanted if wanted not in ("", "cat") else None


def tell(result: Result, binary: bool) -> None:
    """Say on stderr what is worth knowing about an answer: its notifications, and columns that a binary format turned
    into text, since other tools have one type per column."""
    if binary:
        for field, kinds in result.mixes.items():
            terminal.say(f"note: `{field}` mixes {kinds}: written as text")
    for notification in result.metadata["grail"]["notifications"]:
        severity: Severity = "warning" if notification["severity"] == "WARNING" else "info"
        if severity == "info" and "syntaxPosition" in notification:
            continue  # about the text of the query, whose findings are told, or are the linter's
        label = painted(severity, severity, terminal.colour(sys.stderr))
        print(f"{label}: {visible(notification['message'])}", file=sys.stderr)


def show_stages(counts: Iterable[StageCount]) -> None:
    """Draw on stderr how many records leave each stage, each as soon as it is known."""
    colour, empty = terminal.colour(sys.stderr), False
    print(f"{'records':>12} {'seconds':>9}  stage", file=sys.stderr)
    for one in counts:
        none = not one.records and not one.depth and not empty
        empty = empty or none
        mark = painted("warning", "  ← leaves none", colour) if none else ""
        stage = visible("    " * one.depth + one.text)
        room = max(get_terminal_size().columns - 25 - len("  ← leaves none") * none, 20)
        stage = stage if len(stage) <= room or not sys.stderr.isatty() else stage[: room - 1] + "…"
        print(f"{one.records:>12,} {one.seconds:>9.3f}  {stage}{mark}", file=sys.stderr, flush=True)
