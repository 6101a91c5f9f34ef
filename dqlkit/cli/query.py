"""Run a DQL or ADQL query over exported events."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from typing import TYPE_CHECKING, Any

from dqlkit.cli import answers, running, terminal
from dqlkit.cli.arguments import Arguments, count
from dqlkit.cli.meter import reading_shown
from dqlkit.cli.watch import add_watch, watched

if TYPE_CHECKING:
    import argparse

    from dqlkit.api import Query


def configure(parser: argparse.ArgumentParser) -> None:
    running.add_query(parser)
    running.add_run_options(parser)
    parser.add_argument(
        "-o", "--output", choices=answers.format_names(), help="default: table on a terminal, else json"
    )
    parser.add_argument(
        "--typed", action="store_true", help="long and duration as numbers, not as text; durations in nanoseconds"
    )
    parser.add_argument(
        "--rows",
        type=count,
        default=answers.ROWS,
        metavar="N",
        help=f"of a table on a terminal, default {answers.ROWS}; 0 shows all",
    )
    parser.add_argument(
        "--no-pager", dest="pager", action="store_false", help="page nothing that is longer than the screen"
    )
    parser.add_argument("--stages", action="store_true", help="say how many records leave each stage, and when")
    add_watch(parser)
    parser.add_argument("--out", metavar="FILE", help="write to a file; its ending says the format where -o does not")


def _format(arguments: Arguments) -> str:
    if arguments.output:
        return str(arguments.output)
    if arguments.out:
        from dqlkit.results.output import format_of

        return format_of(arguments.out)
    return "table" if sys.stdout.isatty() else "json"


def run(arguments: Arguments) -> int:
    if not arguments.watch:
        return _run(arguments)
    if not running.watched_files(arguments):
        raise terminal.UsageError("--watch takes files: a query with -f, or exports")
    lookups = [arguments.folder] if arguments.folder else []
    return watched(
        lambda: _run(copy(arguments)),
        lambda: running.watched_files(arguments),
        lambda: running.files_below(*lookups),
    )


def _run(arguments: Arguments) -> int:
    from dqlkit.api import Query
    from dqlkit.errors import DqlkitError

    text, language, name = running.query_text(arguments)
    query, options = Query(text, language), running.run_options(arguments, name)  # type: ignore[arg-type]
    try:
        query.ready(options.get("variables"))  # a mistyped query is told before anything is read or loaded
        format = _format(arguments)
        binary = answers.is_binary(format)
        if binary and not arguments.out and sys.stdout.isatty():
            raise terminal.UsageError(f"{format} is no text for a terminal: give --out FILE")
        passed = bool(arguments.out or not sys.stdout.isatty()) and answers.in_parts(format)
        with reading_shown():
            tables = running.tables(arguments, kept=arguments.stages)
            try:
                if passed:
                    target = arguments.out or sys.stdout
                    result = query.write(target, tables, format, typed=arguments.typed, **options)
                else:
                    result = query.run(tables, **options)
            finally:
                if arguments.stages:
                    _show_stages(query, tables, options)
        terminal.report([d for d in query.diagnostics if d.severity != "error"], text, name)
        if not passed:
            shown = result.typed() if arguments.typed else result
            answers.write_answer(shown, format, arguments.out, arguments.rows, arguments.pager)
    except DqlkitError as problem:
        if query.errors and (number := running.several(text)) > 1:
            terminal.say(f"{name} holds {number} queries: run one at a time.")
        return terminal.failed(problem, text, name)
    answers.tell(result, binary)
    return 0


def _show_stages(query: Query, tables: Mapping[str, Any], options: dict[str, Any]) -> None:
    """How many records leave each stage, up to one that fails: why it does, the query itself has told."""
    from dqlkit.errors import DqlkitError

    with suppress(DqlkitError):
        answers.show_stages(query.stages(tables, **options))
