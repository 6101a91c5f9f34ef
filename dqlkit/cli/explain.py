"""Show what a query means: its plan, and with tables what runs vectorised and what row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.cli import running, terminal
from dqlkit.cli.arguments import Arguments

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    running.add_query(parser)
    running.add_run_options(parser)


def run(arguments: Arguments) -> int:
    from dqlkit.api import Query
    from dqlkit.errors import DqlkitError

    text, language, name = running.query_text(arguments)
    query = Query(text, language)  # type: ignore[arg-type]
    try:
        given = running.tables(arguments)
        options = running.run_options(arguments, name)
        print(query.explain(given, **options) if given else query.explain())
    except DqlkitError as problem:
        return terminal.failed(problem, text, name)
    return 0
