"""What the subcommands share: reading queries, reporting findings, options for running."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from dqlkit.diagnostics import Diagnostic
from dqlkit.errors import DqlkitError

__all__ = [
    "UsageError",
    "add_query",
    "add_run_options",
    "colour",
    "failed",
    "print_diff",
    "query_text",
    "read_standard_input",
    "read_text",
    "readable",
    "report",
    "run_options",
    "tables",
    "write_text",
]


class UsageError(Exception):
    """The command line asks for something that cannot be."""


def colour(stream: TextIO) -> bool:
    """Whether to write colours, by the usual environment variables, else on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE")) or stream.isatty()


def report(diagnostics: Iterable[Diagnostic], text: str, name: str = "query") -> None:
    """Draw findings on stderr."""
    from dqlkit.diagnostics.text import full

    drawn = full(diagnostics, text, name, colour(sys.stderr))
    if drawn:
        print(drawn, file=sys.stderr)


def failed(problem: DqlkitError, text: str, name: str) -> int:
    """Report why a query did not run; the exit status: 2 where its input is to blame, else 1."""
    if problem.text or problem.diagnostics[0].span.end:
        report(problem.diagnostics, problem.text or text, name)
        return 1
    for diagnostic in problem.diagnostics:
        print(f"error[{diagnostic.code}]: {diagnostic.message} {diagnostic.help}".rstrip(), file=sys.stderr)
    return 2


def add_query(parser: argparse.ArgumentParser, files: bool = True) -> None:
    """The query itself: as text, from a file, or from standard input."""
    parser.add_argument("query", nargs="?", help="the query; - reads it from standard input")
    if files:
        parser.add_argument("files", nargs="*", help="exports for the one table that the query reads")
    parser.add_argument("-f", "--file", metavar="FILE", help="read the query from a file")
    parser.add_argument("--language", choices=("dql", "adql"), help="default: dql, or by the ending of FILE")


def query_text(arguments: argparse.Namespace) -> tuple[str, str, str]:
    """The query, its language, and what to call it in findings. With `-f` the first operand is an export."""
    name, language = "query", arguments.language
    if arguments.file:
        if arguments.query is not None and hasattr(arguments, "files"):
            arguments.files = [arguments.query, *arguments.files]
        text, name = read_text(arguments.file), arguments.file
        language = language or ("adql" if arguments.file.endswith(".adql") else None)
    elif arguments.query == "-":
        text = read_standard_input()
    elif arguments.query is not None:
        text = arguments.query
    else:
        raise UsageError("a query is needed: as text, with -f FILE, or - for standard input")
    return text, language or "dql", name


def read_text(path: str) -> str:
    """A text file, or a usage error that says what is wrong with it."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:  # line ends are the file's own
            return stream.read()
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"cannot read {path}: {problem}") from None


def read_standard_input() -> str:
    """All of standard input, or a usage error where it is no text."""
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as problem:
        raise UsageError(f"cannot read standard input: {problem}") from None


def readable(paths: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """The files that hold text, each once, and why others cannot be read, which is told on stderr."""
    found: list[str] = []
    unread: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        try:
            read_text(path)
            found.append(path)
        except UsageError as problem:
            print(f"dqlkit: {problem}", file=sys.stderr)
            unread[path] = str(problem)
    return found, unread


def print_diff(name: str, before: str, after: str) -> None:
    """Print what would change, as `patch` reads it."""
    import difflib

    for line in difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, name):
        sys.stdout.write(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


def write_text(path: str, text: str) -> None:
    """Write a text file whole or not at all."""
    beside = f"{path}.dqlkit-{os.getpid()}"
    try:
        with open(beside, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        os.replace(beside, path)
    except (OSError, UnicodeEncodeError) as problem:
        Path(beside).unlink(missing_ok=True)
        raise UsageError(f"cannot write {path}: {problem}") from None


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Options of running a query."""
    parser.add_argument(
        "-t", "--table", action="append", default=[], metavar="NAME=PATH", help="a table; PATH may be a glob"
    )
    parser.add_argument(
        "--as-ingested", action="store_true", help="nested values as JSON texts, as business events are stored"
    )
    parser.add_argument(
        "--ignore-errors", action="store_true", help="leave out records that cannot be read, and count them"
    )
    parser.add_argument("--now", metavar="TIME", help="ISO-8601, or latest: the newest time in the data")
    parser.add_argument("--timezone", default="UTC", metavar="ZONE", help="IANA name or offset; default UTC")
    parser.add_argument("--from", dest="start", metavar="TIME", help="only records from this time on")
    parser.add_argument("--to", dest="end", metavar="TIME", help="only records before this time")
    parser.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="the value of a $variable")
    parser.add_argument("--folder", metavar="DIR", help="where lookup files lie that load reads")
    parser.add_argument("--max-records", type=int, metavar="N", help="at most N records")


def _pairs(items: Iterable[str], what: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals:
            raise UsageError(f"{what} takes NAME=VALUE, not {item!r}")
        found.setdefault(name, []).append(value)
    return found


def tables(arguments: argparse.Namespace) -> Mapping[str, Any]:
    """The tables that were named, and files without a name for whatever the query reads."""
    named: dict[str, Any] = dict(_pairs(arguments.table, "-t"))
    files = getattr(arguments, "files", [])
    found = named | ({"": files} if files else {})
    ingested, lenient = (getattr(arguments, option, False) for option in ("as_ingested", "ignore_errors"))
    if not ingested and not lenient:
        return found
    from dqlkit.sources import open_source, read_as_ingested

    read = read_as_ingested if ingested else open_source
    return {name: read(source, ignore_errors=lenient) for name, source in found.items()}


def run_options(arguments: argparse.Namespace, name: str) -> dict[str, Any]:
    """The keyword arguments of `dqlkit.query`; variables also from a `dql-variables.json` beside the query's file."""
    options: dict[str, Any] = {"timezone": arguments.timezone, "max_records": arguments.max_records}
    if arguments.folder:
        options["folder"] = arguments.folder
    if arguments.now:
        options["now"] = arguments.now
    if arguments.start or arguments.end:
        options["timeframe"] = (arguments.start or "1970-01-01T00:00:00Z", arguments.end or _far_end())
    given = {name: values[0] if len(values) == 1 else values for name, values in _pairs(arguments.var, "--var").items()}
    beside = Path(name).parent / "dql-variables.json" if name != "query" else None
    if beside is not None and beside.is_file():
        import json

        given = json.loads(read_text(str(beside))) | given
    if given:
        options["variables"] = given
    return options


def _far_end() -> str:
    """The last second that nanoseconds in 64 bits can tell."""
    return "2262-04-11T23:47:16Z"
