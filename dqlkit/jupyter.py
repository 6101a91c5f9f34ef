"""Queries in notebooks of Jupyter and in IPython: `%load_ext dqlkit`, then `%%dql` and `%%adql`.

    %%dql busy -o chart -t logs=logs.ndjson
    fetch logs | summarize n = count(), by: {host}

A query reads frames, lists of records, answers and paths that are variables of the notebook, by their names; `$name` is the
value of a variable. The words behind `%%dql` are those of the command line, and a name that the answer is assigned to.
"""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dqlkit.api import Query
from dqlkit.cli import answers, running, terminal
from dqlkit.cli.arguments import Arguments
from dqlkit.cli.helpful import HelpfulParser
from dqlkit.diagnostics.text import full
from dqlkit.errors import DqlkitError
from dqlkit.hosts.clear import begins_query, likely_language
from dqlkit.results import Result, write
from dqlkit.results.charts import figure_of, inline
from dqlkit.results.charts.terminal import lines

__all__ = ["Drawn", "load_ipython_extension"]

_LANGUAGES = ("dql", "adql")


def load_ipython_extension(shell: Any) -> None:
    """Register the magics; IPython calls this for `%load_ext dqlkit`."""
    from IPython.core.magic import no_var_expand

    for language in _LANGUAGES:
        shell.register_magic_function(no_var_expand(_magic(shell, language)), "line_cell", language)


def _magic(shell: Any, language: str) -> Any:
    from IPython.core.error import UsageError

    def magic(line: str, cell: str | None = None) -> object:
        head, query = (line, cell) if cell is not None else _parted(line)
        try:
            return _answer(shell.user_ns, language, head, query)
        except SystemExit:  # of --help, which is said
            return None
        except terminal.UsageError as problem:
            raise UsageError(str(problem)) from None
        except DqlkitError as problem:
            drawn = full(problem.diagnostics, problem.text, "query", False)
            raise UsageError(drawn if problem.text else str(problem)) from None

    magic.__doc__ = f"Run a query of {language.upper()}.\n\n{_parser(language).format_help()}"
    return magic


def _parted(line: str) -> tuple[str, str]:
    """The options in front of a query, and the query, in a single line."""
    starts = [0, *(at for at in range(1, len(line)) if line[at - 1].isspace() and not line[at].isspace())]
    begins = (at for at in starts if begins_query(line[at:]) or likely_language(line[at:]) == "adql")
    start = next(begins, 0)
    return line[:start], line[start:]


def _parser(language: str) -> HelpfulParser:
    parser = HelpfulParser("", f"Run a query of {language.upper()} over variables of the notebook and over files.")
    parser.prog = f"%%{language}"
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="a variable that takes the answer, which is not shown then"
    )
    parser.add_argument("-o", "--output", choices=answers.format_names(), help="default: a table; chart is drawn here")
    parser.add_argument("--out", metavar="FILE", help="write to a file; its ending says the format where -o does not")
    running.add_run_options(parser)
    return parser


def _answer(names: dict[str, Any], language: str, head: str, text: str) -> object:
    arguments = _read(language, head)
    options = running.run_options(arguments, "query")
    options["variables"] = _scalars(names, text) | options.get("variables", {})
    given = {name: value for name, value in names.items() if not name.startswith("_") and _is_table(value)}
    tables = {name: _table(value) for name, value in given.items()} | _named(arguments, names)
    result = Query(text, language).run(tables, **options)  # type: ignore[arg-type]
    if arguments.out:
        result.write(arguments.out, arguments.output)
    if arguments.name:
        names[arguments.name] = result
    elif arguments.out:
        return None
    return _shown(result, arguments)


def _read(language: str, head: str) -> Arguments:
    try:
        arguments = _parser(language).read(shlex.split(head), Arguments())
    except ValueError as problem:  # a quote that is not closed
        raise terminal.UsageError(f"{problem}: {head}") from None
    if arguments.name and not arguments.name.isidentifier():
        raise terminal.UsageError(f"expected the name of a variable, found {arguments.name!r}")
    return arguments


def _shown(result: Result, arguments: Arguments) -> object:
    """What a cell shows: nothing where the answer got a name and no output is asked for."""
    if arguments.output is None or arguments.out:
        return None if arguments.name else result
    if arguments.output == "chart":
        return Drawn(result)
    if answers.is_binary(arguments.output):
        raise terminal.UsageError(f"{arguments.output} is not shown in a notebook: give --out FILE, or -o chart")
    text = io.StringIO()
    write(result, arguments.output, text)
    print(text.getvalue(), end="")
    return None


class Drawn:
    """The chart of an answer, as a picture and as text."""

    def __init__(self, result: Result) -> None:
        self.result, self.figure = result, figure_of(result)

    def __repr__(self) -> str:
        return "\n".join(lines(self.figure))

    def _repr_html_(self) -> str:
        return f"<style>{inline.STYLE}</style>{inline.html_figure(self.figure)}"


# ---- variables of the notebook --------------------------------------------------------------------------------------


def _named(arguments: Arguments, names: Mapping[str, Any]) -> dict[str, object]:
    """The tables of `-t NAME=PATH`; what is no path may be a variable."""
    pairs = [one.partition("=") for one in arguments.table]
    own = {name: names[value] for name, _, value in pairs if value in names and _is_table(names[value])}
    arguments.table = [one for one in arguments.table if one.partition("=")[0] not in own]
    return {name: _table(value) for name, value in own.items()} | dict(running.tables(arguments))


def _is_table(value: object) -> bool:
    """Whether a variable holds records: a frame, an answer, a path to a file, a list of dicts."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) for item in value)
    if isinstance(value, Path):
        return value.exists()
    module = type(value).__module__.partition(".")[0]
    return module in ("polars", "pandas", "pyarrow", "dqlkit") and type(value).__name__ in _FRAMES


_FRAMES = frozenset({"DataFrame", "LazyFrame", "Table", "Dataset", "Result"})


def _table(value: Any) -> object:
    """An answer as a table that can be queried on; all else as it is."""
    if not isinstance(value, Result):
        return value
    from dqlkit.engines.polars import Frame
    from dqlkit.sources.table import FrameTable

    return FrameTable(Frame(value.data.lazy(), value.schema), format="an answer")


def _scalars(names: Mapping[str, Any], text: str) -> dict[str, object]:
    """The variables that the query names as `$name`, if they are texts, numbers, or lists of them."""
    used = set(re.findall(r"\$(\w+)", text))
    return {name: names[name] for name in used & names.keys() if _is_scalar(names[name])}


def _is_scalar(value: object) -> bool:
    items = value if isinstance(value, (list, tuple)) else [value]
    return bool(items) and all(isinstance(item, (str, int, float)) for item in items)
