"""The command line: one file per subcommand, imported when it is called."""

from __future__ import annotations

import atexit
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from dqlkit.cli.arguments import Parser
from dqlkit.cli.nearest import nearest
from dqlkit.cli.terminal import UsageError, failed, say
from dqlkit.frozen import METHODS

__all__ = ["COMMANDS", "main"]

#: Subcommands and what they do. Each is a file here with `configure(parser)` and `run(arguments) -> exit status`.
COMMANDS = {
    "query": "run a query over exported events",
    "run": "run a notebook or a dashboard, and write a report",
    "shell": "a prompt for queries, with history and completion",
    "lint": "find mistakes in queries, wherever they are kept",
    "format": "lay queries out",
    "translate": "write a query in the other language",
    "explain": "show what a query means and how it runs",
    "inspect": "say what files were recognised as, and what is in them",
    "convert": "write exports as Parquet or Arrow, once, for speed",
    "serve": "serve the vendors' HTTP APIs over a folder on this machine",
    "store": "look after the folder in which `dqlkit serve` keeps its events",
    "test": "test queries over small tables: *.dqltest.yaml",
    "diff": "say what differs in meaning between queries, or versions of a file",
    "lsp": "serve editors: findings, completion, documentation, fixes",
    "commands": "the commands of DQL, offline",
    "functions": "the functions of both languages, offline",
    "rule": "what the code of a finding or an error means, and what to do",
    "completion": "completion of command lines, for bash, zsh and fish",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit status is 0 for clean, 1 for findings or a failed query, 2 for wrong usage."""
    own = arguments is None  # the process is that of the command
    if own:
        atexit.register(METHODS.keep)
        _open_streams()
    name, *rest = list(sys.argv[1:] if arguments is None else arguments) or [""]
    try:
        status = _run(name, rest) if name in COMMANDS else _top(name)
        sys.stdout.flush()
    except UsageError as problem:
        if "agent" in rest or "--output-format=agent" in rest:
            from dqlkit.diagnostics.agent import failure

            print(failure("usage", str(problem), [f"`dqlkit {name} --help` lists the options"]))
        return _told(name, str(problem))
    except BrokenPipeError:
        _leave_stdout()
        return 0
    except OSError as problem:
        _leave_stdout()
        return _told(name, f"cannot write the output: {problem.strerror or problem}")
    except KeyboardInterrupt:
        if own:
            os._exit(130)  # what still computes in other threads is not waited for
        return 130
    return status


def _run(name: str, words: Sequence[str]) -> int:
    """Run a subcommand. What nothing expected is told as a fault of dqlkit; `DQLKIT_TRACEBACK=1` shows where it is."""
    from dqlkit.errors import DqlkitError, report_internal_errors

    module = import_module(f"dqlkit.cli.{name}")
    parser = Parser(name, module.__doc__)
    module.configure(parser)
    try:
        arguments = parser.read(words)
        try:
            status: int = module.run(arguments)
        except (UsageError, OSError):
            raise
        except BaseException as problem:
            with report_internal_errors():
                raise problem
    except DqlkitError as problem:
        if os.environ.get("DQLKIT_TRACEBACK"):
            raise
        return failed(problem, "", name)
    return status


def _told(name: str, problem: str) -> int:
    with suppress(OSError):
        say(f"dqlkit {name if name in COMMANDS else ''}".rstrip() + f": {problem}")
    return 2


def _open_streams() -> None:
    """Standard streams that take any text, and take nothing where they are closed."""
    for stream in ("stdout", "stderr"):
        if getattr(sys, stream) is None:
            setattr(sys, stream, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # half a surrogate pair is no reason to say nothing


def _leave_stdout() -> None:
    """Forget what is not written yet: who read has had enough, or nothing more can be written. Python must not try again."""
    sys.stdout = None


def _top(word: str) -> int:
    """What is said where no subcommand was named."""
    from dqlkit import __version__

    if word == "--version":
        print(f"dqlkit {__version__}")
        return 0
    if word in ("", "-h", "--help"):
        print(_HELP.format("\n".join(f"  {name:<10} {what}" for name, what in COMMANDS.items())))
        return 0 if word else 2
    query = "\nA query is run with `dqlkit query 'QUERY' FILE`." if " " in word else ""
    say(f"dqlkit: there is no command {word!r}{nearest(word, COMMANDS)}{query}")
    say(f"The commands are {', '.join(COMMANDS)}; `dqlkit --help` says what they do.")
    return 2


_HELP = """usage: dqlkit COMMAND [OPTION ...]

DQL and ADQL over exported events, locally.

commands:
{}

`dqlkit COMMAND --help` says more; `dqlkit --version` tells the version."""
