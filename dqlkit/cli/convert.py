"""Write exports as Parquet or Arrow, once: queries over those start faster and read only what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.cli import terminal
from dqlkit.cli.arguments import Arguments
from dqlkit.cli.meter import reading_shown

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", nargs="+", metavar="IN", help="exports: JSON, NDJSON, CSV, Parquet, Arrow")
    parser.add_argument("output", metavar="OUT", help="a .parquet or .arrow file")


def run(arguments: Arguments) -> int:
    from dqlkit.errors import DqlkitError
    from dqlkit.sources import convert

    try:
        with reading_shown():
            convert(arguments.inputs, arguments.output)
    except DqlkitError as problem:
        raise terminal.UsageError(str(problem)) from None
    return 0
