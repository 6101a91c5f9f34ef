"""What subcommands share that run queries: the query, its tables, and how it runs."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dqlkit.cli import terminal
from dqlkit.cli.arguments import Arguments, add_list, count
from dqlkit.cli.nearest import nearest
from dqlkit.cli.terminal import UsageError
from dqlkit.hosts.clear import begins_query, likely_language
from dqlkit.hosts.variables import values, variable_files
from dqlkit.regex import regex

if TYPE_CHECKING:
    import argparse

__all__ = [
    "add_query",
    "add_reading",
    "add_run_options",
    "add_session_options",
    "existing",
    "files_below",
    "query_text",
    "run_options",
    "several",
    "tables",
    "watched_files",
]

_STANDARD_INPUT = "-"

#: The first and the last second that nanoseconds in 64 bits can tell.
_FIRST, _LAST = "1677-09-21T00:12:44Z", "2262-04-11T23:47:16Z"


def add_query(parser: argparse.ArgumentParser, files: bool = True) -> None:
    """The query itself: as text, from a file, or from standard input."""
    parser.add_argument("query", nargs="?", metavar="QUERY", help="the query; - reads it from standard input")
    if files:
        parser.add_argument(
            "files",
            nargs="*",
            metavar="FILE",
            help="exports for the one table that the query reads; - is standard input",
        )
    add_list(parser, "-f", "--file", metavar="FILE", help="read the query from a file")
    parser.add_argument("--language", choices=("dql", "adql"), help="default: by the ending of FILE, or by the text")


def query_text(arguments: Arguments) -> tuple[str, str, str]:
    """The query, its language, and what to call it in findings. With `-f` every operand is an export."""
    _read_once(arguments)
    given = [] if arguments.query is None else [arguments.query, *getattr(arguments, "files", ())]
    if arguments.file:
        text, name = _from_file(arguments.file, given), arguments.file[0]
        if hasattr(arguments, "files"):
            arguments.files = given
    elif given:
        _check_query(given)
        text, name = terminal.read_standard_input() if given[0] == _STANDARD_INPUT else given[0], "query"
    else:
        raise UsageError("a query is needed: as text, with -f FILE, or - for standard input")
    if not text.strip():
        raise UsageError(f"a query is needed, and {'the one given' if name == 'query' else name} is empty")
    by_name = Path(name).suffix.removeprefix(".") if name.endswith((".dql", ".adql")) else None
    return text, arguments.language or by_name or likely_language(text), name


def _from_file(files: Sequence[str], operands: Sequence[str]) -> str:
    second = next((one for one in operands if _is_query(one)), None)
    if len(files) > 1 or second is not None:
        raise UsageError(f"expected one query, found two: `-f {files[0]}` and {second or f'`-f {files[1]}`'}")
    return terminal.read_standard_input() if files[0] == _STANDARD_INPUT else terminal.read_text(files[0])


def several(text: str) -> int:
    """How many queries stand in a text, parted by empty lines or semicolons: a file of queries is run one by one."""
    return sum(map(begins_query, re.split(r"\n[^\S\n]*\n|;[^\S\n]*(?:\n|\Z)", text)))


def _is_query(operand: str) -> bool:
    """Whether an operand reads as a query: the name of a file seldom begins with a command and a blank."""
    text = operand.strip()
    begins = begins_query(text) or likely_language(text) == "adql"
    return begins and any(map(str.isspace, text)) and not os.path.exists(operand)


_FILE_NAME = regex(r"~?[\w./\\-]+\.[A-Za-z]\w*")


def _check_query(operands: Sequence[str]) -> None:
    """Raise where the first operand is a file, and say what was probably meant."""
    first = operands[0]
    if first == _STANDARD_INPUT or _is_query(first) or not (os.path.exists(first) or _FILE_NAME.fullmatch(first)):
        return
    query = next((one for one in operands if _is_query(one)), None)
    if query is not None:
        files = shlex.join(one for one in operands if one != query)
        raise UsageError(f"the query comes first, then the files: {shlex.quote(query)} {files}")
    if first.endswith((".dql", ".adql")):
        raise UsageError(f"{first} is a file: `-f {first}` reads the query from it")
    raise UsageError(f"{first} is a file, and a query comes first: 'fetch logs | limit 10' {shlex.join(operands)}")


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Options of reading exports."""
    parser.add_argument(
        "--as-ingested", action="store_true", help="nested values as JSON texts, as business events are stored"
    )
    parser.add_argument(
        "--ignore-errors", action="store_true", help="leave out records that cannot be read, and count them"
    )
    parser.add_argument(
        "--cache", action="store_true", help="keep the records of JSON and CSV files, which makes the next reading fast"
    )


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Options of running a query."""
    add_list(
        parser,
        "-t",
        "--table",
        metavar="NAME=PATH",
        help="a table; PATH may be a glob, and - is standard input",
    )
    add_reading(parser)
    add_session_options(parser)
    add_list(parser, "--var", metavar="NAME=VALUE", help="the value of a $variable")


def add_session_options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Options of running that have one value; in the shell `.set` changes them."""
    return [
        parser.add_argument("--now", metavar="TIME", help="ISO-8601, or latest: the newest time in the data"),
        parser.add_argument("--timezone", default="UTC", metavar="ZONE", help="IANA name or offset; default UTC"),
        parser.add_argument(
            "--from", dest="start", metavar="TIME", help="only records from this time on: ISO-8601, or -2d before now"
        ),
        parser.add_argument("--to", dest="end", metavar="TIME", help="only records before this time"),
        parser.add_argument("--folder", metavar="DIR", help="where lookup files lie that load reads"),
        parser.add_argument("--max-records", type=count, metavar="N", help="at most N records"),
        parser.add_argument(
            "--engine",
            type=_engine,
            metavar="ENGINE",
            help="local, which is the default; local-cluster:N, N processes here; or a cluster: sc://HOST:PORT",
        ),
    ]


def _engine(name: str) -> str:
    """The name of an engine that there is."""
    from dqlkit.run.options import engine_known

    try:
        engine_known(name)
    except ValueError as problem:
        raise UsageError(f"--engine: {problem}") from None
    return name


def _pairs(items: Iterable[str], what: str, example: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{what} takes NAME={example}, not {item!r}")
        found.setdefault(name.strip(), []).append(value)
    return found


def tables(arguments: Arguments, kept: bool = False) -> Mapping[str, Any]:
    """The tables that were named, and files without a name for whatever the query reads. Several queries read them no more
    than once where they are `kept`."""
    named = _pairs(arguments.table, "-t", "PATH")
    files = getattr(arguments, "files", [])
    given = {name: [*map(existing, paths)] for name, paths in (named | ({"": files} if files else {})).items()}
    found: dict[str, Any] = {name: paths[0] if len(paths) == 1 else paths for name, paths in given.items()}
    ingested, lenient, cache = (
        getattr(arguments, option, False) for option in ("as_ingested", "ignore_errors", "cache")
    )
    if not (ingested or lenient or cache or kept):
        return found
    from dqlkit.sources import open_source, read_as_ingested

    read = read_as_ingested if ingested else open_source
    return {name: read(source, ignore_errors=lenient, cache=cache) for name, source in found.items()}


def watched_files(arguments: Arguments) -> list[str]:
    """What a query reads: its own file, the variables beside it, and the files of its tables, those in folders and of patterns
    among them; not what it writes."""
    _read_once(arguments)
    operands = [arguments.query] * bool(arguments.query and arguments.file) + [*arguments.files]
    tables = [item.partition("=")[2] for item in arguments.table]
    if _STANDARD_INPUT in [*(arguments.file or ()), *operands, *tables]:
        raise UsageError("standard input cannot be watched")
    own = [path for path in arguments.file or () if os.path.isfile(path)]
    beside = [str(file) for path in own for file in variable_files(Path(path).absolute().parent)]
    written = os.path.abspath(arguments.out or "")
    return [*own, *beside, *(file for file in files_below(*operands, *tables) if os.path.abspath(file) != written)]


def files_below(*paths: str) -> list[str]:
    """The files of these names, of patterns, and in folders."""
    from glob import iglob

    found = (name for path in paths for name in ([path] if os.path.exists(path) else iglob(path, recursive=True)))
    return [file for name in found for file in _below(name)]


def _below(name: str) -> Iterable[str]:
    if os.path.isfile(name):
        return (name,)
    return (os.path.join(folder, file) for folder, _, files in os.walk(name) for file in files)


def _read_once(arguments: Arguments) -> None:
    """Raise where two things are to be read from standard input."""
    operands = [arguments.query, *getattr(arguments, "files", ()), *(arguments.file or ())]
    tables = [item.partition("=")[2] for item in getattr(arguments, "table", ())]
    if [*operands, *tables].count(_STANDARD_INPUT) > 1:
        raise UsageError("standard input can be read once: as the query, or as one table")


def existing(written: str) -> str:
    """A path with its `~`, which shells leave in quotes and behind `NAME=`. Raises where no file can be meant."""
    if not written:
        raise UsageError("expected a path, found nothing")
    path = os.path.expanduser(written) if written.startswith("~") and not os.path.exists(written) else written
    if path == _STANDARD_INPUT or os.path.exists(path) or any(sign in path for sign in "*?[:"):
        return path
    folder, name = os.path.split(path)
    if _is_query(written):
        raise UsageError(f"expected one query and files, found a second query: {written}")
    try:
        names = os.listdir(folder or ".")
    except OSError:
        raise UsageError(f"there is no folder {folder!r}, where {name!r} should lie") from None
    longer = sorted(one for one in names if one.startswith(name))
    raise UsageError(f"there is no file {path!r}" + (f"; nearest is {longer[0]!r}" if longer else nearest(name, names)))


def run_options(arguments: Arguments, name: str) -> dict[str, Any]:
    """The keyword arguments of `dqlkit.query`; variables also from each `dql-variables.json` at or above the
    query's file, up to the root of its project."""
    options: dict[str, Any] = {"timezone": arguments.timezone, "max_records": arguments.max_records}
    if arguments.folder:
        if not os.path.isdir(arguments.folder):
            raise UsageError(f"--folder takes a folder; {arguments.folder!r} is none")
        options["folder"] = arguments.folder
    if arguments.engine:
        options["engine"] = arguments.engine
    if arguments.now:
        options["now"] = arguments.now
    if arguments.start or arguments.end:
        options["timeframe"] = (arguments.start or _FIRST, arguments.end or _LAST)
    pairs = _pairs(arguments.var, "--var", "VALUE")
    given = {name: values[0] if len(values) == 1 else values for name, values in pairs.items()}
    variables = (_variables(Path(name).parent) if name != "query" else {}) | given
    return options | ({"variables": variables} if variables else {})


def _variables(folder: Path) -> dict[str, Any]:
    try:
        return values(folder)
    except ValueError as problem:
        raise UsageError(str(problem)) from None
