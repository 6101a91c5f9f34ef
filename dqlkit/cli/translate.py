"""Write a query in the other language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.cli import running, terminal
from dqlkit.cli.arguments import Arguments

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    running.add_query(parser, files=False)
    parser.add_argument("--from", dest="source", choices=("dql", "adql"), help="default: --language, or by FILE")
    parser.add_argument("--to", dest="target", choices=("dql", "adql"), help="default: the other one")
    parser.add_argument("--strict", action="store_true", help="an approximate translation is an error too")


def run(arguments: Arguments) -> int:
    from dqlkit.api import translate

    arguments.language = arguments.source or arguments.language
    text, source, name = running.query_text(arguments)
    target = arguments.target or ("dql" if source == "adql" else "adql")
    translation = translate(text, source, target)  # type: ignore[arg-type]
    terminal.report(translation.diagnostics, text, name)
    severities = {d.severity for d in translation.diagnostics}
    failed = "error" in severities or not translation.text
    if not failed:
        print(translation.text.rstrip("\n"))
    return 1 if failed or (arguments.strict and "warning" in severities) else 0
