"""Run a notebook or a dashboard over exported events, and write a report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dqlkit.cli import running, terminal
from dqlkit.cli.arguments import Arguments

if TYPE_CHECKING:
    import argparse

    from dqlkit.reports import Report

_ENDINGS = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", metavar="DOCUMENT", help="a notebook or a dashboard, as JSON or YAML")
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="exports for the one table that the queries read; - is standard input"
    )
    running.add_run_options(parser)
    parser.set_defaults(now="latest")
    parser.add_argument(
        "-o", "--output", choices=("html", "markdown"), help="default: by the ending of --out, else markdown"
    )
    parser.add_argument("--out", metavar="FILE", help="write to a file: .html or .md")


def run(arguments: Arguments) -> int:
    from dqlkit.reports import read_document
    from dqlkit.reports import run as run_document

    write = _writer(arguments)
    document = read_document(terminal.read_text(arguments.document), arguments.document)
    options = running.run_options(arguments, arguments.document)
    report = run_document(document, running.tables(arguments), **options)
    lines = (f"{line}\n" for line in write(report))
    if arguments.out:
        terminal.write_text(arguments.out, "".join(lines))
    else:
        sys.stdout.writelines(lines)
    return _told(report)


def _writer(arguments: Arguments) -> Callable[[Report], Iterable[str]]:
    ending = Path(arguments.out).suffix.lower() if arguments.out else ".md"
    form = arguments.output or _ENDINGS.get(ending)
    if form is None:
        raise terminal.UsageError(f"{arguments.out}: expected a name that ends in {', '.join(_ENDINGS)}")
    if form == "html":
        from dqlkit.reports.page import page

        return page
    from dqlkit.reports.text import text

    return text


def _told(report: Report) -> int:
    """Tell what failed; the exit status is 1 where something did."""
    for outcome in report.failed:
        error = outcome.error
        if error is not None:
            terminal.failed(error, outcome.section.query, outcome.section.title or "query")
    for filled in report.variables:
        if filled.error:
            terminal.say(f"variable `{filled.variable.name}`: {filled.error}")
    return 1 if report.failed else 0
