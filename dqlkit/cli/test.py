"""Test queries: run those of `*.dqltest.yaml` over small tables and compare what they answer with what is expected."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dqlkit.cli import terminal
from dqlkit.cli.arguments import Arguments

if TYPE_CHECKING:
    import argparse

    from dqlkit.checks.files import Case
    from dqlkit.checks.runner import Outcome

#: The names of `checks.report.FORMATS`, which takes Polars to import.
_FORMATS = ("text", "json", "junit", "agent")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="test files, or folders with some; default: .")
    parser.add_argument("-k", "--only", metavar="TEXT", help="only the tests that have this in their names")
    parser.add_argument("--update", action="store_true", help="write what came into the expectations that fail")
    parser.add_argument("--output-format", choices=_FORMATS, default="text")
    parser.add_argument(
        "--output-file", metavar="FILE", help="write the report to a file; text goes on to the terminal"
    )
    parser.add_argument(
        "--make-data",
        metavar="QUERY",
        help="write a test for a query (its text, a file, FILE#POINTER) over made-up records",
    )
    parser.add_argument("--language", choices=("dql", "adql"), help="of QUERY; default: by its text, or its file")


def run(arguments: Arguments) -> int:
    if arguments.make_data is not None:
        return _make(arguments)
    from dqlkit.checks.files import TestFileError, discover, read
    from dqlkit.checks.runner import run as run_case

    paths = list(discover(arguments.paths or ["."]))
    try:
        cases = [case for path in paths for case in read(path)]
    except TestFileError as problem:
        raise terminal.UsageError(str(problem)) from None
    chosen = [case for case in cases if arguments.only is None or arguments.only.lower() in case.name.lower()]
    if not chosen:
        what = f"no test has {arguments.only!r} in its name" if cases else "no *.dqltest.yaml was found"
        raise terminal.UsageError(what)
    outcomes = [run_case(case) for case in chosen]
    if arguments.update:
        outcomes = _update(outcomes, run_case)
    _report(outcomes, arguments)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _report(outcomes: Sequence[Outcome], arguments: Arguments) -> None:
    from dqlkit.checks.report import FORMATS

    text = FORMATS[arguments.output_format](outcomes)
    if not arguments.output_file:
        print(text)
        return
    Path(arguments.output_file).write_text(text + "\n", encoding="utf-8")
    print(FORMATS["text"](outcomes), file=sys.stderr)


def _update(outcomes: list[Outcome], run_case) -> list[Outcome]:  # type: ignore[no-untyped-def]
    """Write expectations, and run again what failed: what cannot be written still fails."""
    from dqlkit.checks.files import read
    from dqlkit.checks.update import updated

    for path in dict.fromkeys(outcome.case.path for outcome in outcomes if not outcome.passed):
        text = terminal.read_text(str(path))
        changed = updated(text, [outcome for outcome in outcomes if outcome.case.path == path])
        if changed != text:
            path.write_text(changed, encoding="utf-8")
            print(f"{path}: expectations written", file=sys.stderr)
    fresh: dict[tuple[Path, int], Case] = {
        (case.path, case.number): case for path in dict.fromkeys(o.case.path for o in outcomes) for case in read(path)
    }
    return [one if one.passed else run_case(fresh[one.case.path, one.case.number]) for one in outcomes]


def _make(arguments: Arguments) -> int:
    from dqlkit.checks.making import test_for
    from dqlkit.checks.sources import NoQuery, named

    try:
        name = arguments.make_data
        given = f"file:{name}" if Path(name).is_file() else name
        print(test_for(named(given, Path("."), arguments.language), given), end="")
    except NoQuery as problem:
        raise terminal.UsageError(str(problem)) from None
    return 0
