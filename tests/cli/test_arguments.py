"""Words of a command line are read by us as `argparse` reads them, or left to it."""

from __future__ import annotations

import random
from importlib import import_module

import pytest

from dqlkit.cli import COMMANDS
from dqlkit.cli.arguments import Arguments, Parser
from dqlkit.cli.terminal import UsageError

WORDS = ("a.dql", "-", "", "7", "text", "json", "--", "-h", "-2d", "dql", "concise", "x=1", "--no", "markdown", "local")


def parser_of(name: str) -> Parser:
    module = import_module(f"dqlkit.cli.{name}")
    parser = Parser(name, module.__doc__)
    module.configure(parser)
    return parser


def read_helpfully(parser: Parser, words: list[str]) -> dict[str, object] | str:
    try:
        return vars(parser.helpful().read(words, Arguments()))
    except (UsageError, SystemExit) as problem:
        return str(problem)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_read_plainly_is_what_argparse_reads(name: str) -> None:
    chosen, parser = random.Random(name), parser_of(name)
    flags = [flag for declared in parser._declared for flag in declared.names if declared.is_option]
    for _ in range(150):
        words = []
        for _ in range(chosen.randint(0, 4)):
            flag, word = chosen.choice(flags or ["x"]), chosen.choice(WORDS)
            words += chosen.choice([[word], [flag], [flag, word], [f"{flag}={word}"], [flag[:-1]]])
        found = parser.plain(words)
        if found is not None:
            assert vars(found) == read_helpfully(parser_of(name), words), words


@pytest.mark.parametrize(
    "line",
    [
        "lint one.dql",
        "lint --isolated --select B001 a.dql --select=C b.dql --jobs 2 --output-format json",
        "format --check a.dql b.dql",
        "query fetch logs.ndjson -o json --max-records 5",
        "explain fetch",
        "translate fetch --to adql",
        "commands",
        "run board.json a.csv -o html",
    ],
)
def test_usual_lines_do_not_need_argparse(line: str) -> None:
    name, *words = line.split()
    found = parser_of(name).plain(words)
    assert found is not None
    assert vars(found) == read_helpfully(parser_of(name), words)
