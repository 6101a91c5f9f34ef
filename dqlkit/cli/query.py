"""Run a DQL or ADQL query over exported events."""

from __future__ import annotations

import argparse
import os
import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import dqlkit
from dqlkit.cli import running, terminal

if TYPE_CHECKING:
    from dqlkit.results import Result


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
        from dqlkit.results import write

        fitted = sys.stdout.isatty() and not arguments.out
        result = result.typed() if arguments.typed else result
        write(result, format, arguments.out or sys.stdout, width=get_terminal_size().columns if fitted else None)
    except DqlkitError as problem:
        if query.errors and (count := running.several(text)) > 1:
            print(f"{name} holds {count} queries: run one at a time.", file=sys.stderr)
        return terminal.failed(problem, text, name)
    if _is_binary(format):
        _tell_mixed(result)
    for notification in result.metadata["grail"]["notifications"]:
        print(f"{notification['severity'].lower()}: {notification['message']}", file=sys.stderr)
    return 0


def _tell_mixed(result: Result) -> None:
    """Say which columns became text, since other tools have one type per column."""
    from dqlkit.results.friendly import mixed

    for field, kind in result.schema.fields.items():
        if found := mixed(kind):
            print(f"note: `{field}` mixes {found}: written as text", file=sys.stderr)
