"""Say what files were recognised as, and what is in them: records, fields, their types, first and last time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dqlkit.cli import running, terminal
from dqlkit.cli.arguments import Arguments
from dqlkit.cli.meter import reading_shown

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="files, folders, patterns; - for standard input")
    running.add_reading(parser)
    parser.add_argument("--values", action="store_true", help="frequent values of texts, in JSON")
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text")


def run(arguments: Arguments) -> int:
    from dqlkit import read
    from dqlkit.errors import DqlkitError

    failed = 0
    for name in arguments.files:
        try:
            with reading_shown():
                table = read(name, None, arguments.as_ingested, arguments.ignore_errors, arguments.cache)
            found = table.inspect(arguments.values)
        except DqlkitError as problem:
            failed = terminal.failed(problem, "", name)
            continue
        if arguments.output == "json":
            print(json.dumps({"file": name, **found.to_dict()}, ensure_ascii=False))
        else:
            print(f"{name}: " + "\n".join(found.lines()))
    return failed
