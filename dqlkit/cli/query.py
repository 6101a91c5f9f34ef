"""Run a DQL or ADQL query over exported events."""

from __future__ import annotations

import argparse
import io
import os
import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import dqlkit
from dqlkit.cli import running, terminal
from dqlkit.cli.arguments import count
from dqlkit.diagnostics.visible import visible

if TYPE_CHECKING:
    from dqlkit.results import Result

#: So many records of a table a terminal shows.
_ROWS = 40


def _formats() -> list[str]:
    """The names of the output formats, told from their files: what writes them takes long to load."""
    folder = os.path.join(os.path.dirname(dqlkit.__file__), "results", "formats")
    files = map(os.path.splitext, sorted(os.listdir(folder)))
    return [name for name, ending in files if ending == ".py" and name != "__init__"]


def configure(parser: argparse.ArgumentParser) -> None:
    running.add_query(parser)
    running.add_run_options(parser)
    parser.add_argument("-o", "--output", choices=_formats(), help="default: table on a terminal, else json")
    parser.add_argument(
        "--typed", action="store_true", help="long and duration as numbers, not as text; durations in nanoseconds"
    )
    parser.add_argument(
        "--rows", type=count, default=_ROWS, metavar="N", help=f"of a table on a terminal, default {_ROWS}; 0 shows all"
    )
    parser.add_argument("--out", metavar="FILE", help="write to a file; its ending says the format where -o does not")


def _format(arguments: argparse.Namespace) -> str:
    if arguments.output:
        return str(arguments.output)
    if arguments.out:
        from dqlkit.results.output import format_of

        return format_of(arguments.out)
    return "table" if sys.stdout.isatty() else "json"


def _is_binary(format: str) -> bool:
    from dqlkit.results.formats import formats

    return formats()[format].data is not None


def run(arguments: argparse.Namespace) -> int:
    from dqlkit.api import Query
    from dqlkit.errors import DqlkitError

    text, language, name = running.query_text(arguments)
    query, options = Query(text, language), running.run_options(arguments, name)  # type: ignore[arg-type]
    try:
        query.ready(options.get("variables"))  # a mistyped query is told before anything is read or loaded
        format = _format(arguments)
        if _is_binary(format) and not arguments.out and sys.stdout.isatty():
            raise terminal.UsageError(f"{format} is no text for a terminal: give --out FILE")
        result = query.run(running.tables(arguments), **options)
        terminal.report([d for d in query.diagnostics if d.severity != "error"], text, name)
        _write(result.typed() if arguments.typed else result, format, arguments)
    except DqlkitError as problem:
        if query.errors and (number := running.several(text)) > 1:
            terminal.say(f"{name} holds {number} queries: run one at a time.")
        return terminal.failed(problem, text, name)
    if _is_binary(format):
        _tell_mixed(result)
    for notification in result.metadata["grail"]["notifications"]:
        terminal.say(f"{notification['severity'].lower()}: {notification['message']}")
    return 0


def _write(result: Result, format: str, arguments: argparse.Namespace) -> None:
    """To the file, or to standard output: fitted to a terminal, with the first records of a table and what there are more."""
    from dqlkit.results import write

    if arguments.out or not sys.stdout.isatty():
        write(result, format, arguments.out or sys.stdout)
        return
    is_table = format == "table"
    shown = result.head(arguments.rows) if is_table and arguments.rows else result
    drawn = io.StringIO()
    write(shown, format, drawn, get_terminal_size().columns)
    sys.stdout.write(visible(drawn.getvalue()))
    if is_table:
        print(_footer(result, len(shown)))


def _footer(result: Result, shown: int) -> str:
    """How many records and fields there are, and how long the query took."""
    records = f"{len(result):,} record{'' if len(result) == 1 else 's'}"
    if shown < len(result):
        records += f", the first {shown:,} shown (--rows 0 shows all)"
    seconds = result.metadata["grail"]["executionTimeMilliseconds"] / 1000
    return f"{records} · {len(result.schema.fields)} fields · {seconds:.2f} s"


def _tell_mixed(result: Result) -> None:
    """Say which columns became text, since other tools have one type per column."""
    from dqlkit.results.friendly import mixed

    for field, kind in result.schema.fields.items():
        if found := mixed(kind):
            terminal.say(f"note: `{field}` mixes {found}: written as text")
