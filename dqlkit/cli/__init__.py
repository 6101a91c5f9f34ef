"""The command line: one file per subcommand, imported when it is called."""

from __future__ import annotations

import argparse
import atexit
import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from dqlkit.cli.terminal import UsageError

__all__ = ["COMMANDS", "collect_seldom", "main"]

#: Subcommands and what they do. Each is a file here with `configure(parser)` and `run(arguments) -> exit status`.
COMMANDS = {
    "query": "run a query over exported events",
    "lint": "find mistakes in queries, wherever they are kept",
    "format": "lay queries out",
    "translate": "write a query in the other language",
    "explain": "show what a query means and how it runs",
    "inspect": "say what files were recognised as, and what is in them",
    "convert": "write exports as Parquet or Arrow, once, for speed",
    "functions": "the language reference, offline",
    "rule": "what a lint rule says and why",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit status is 0 for clean, 1 for findings or a failed query, 2 for wrong usage."""
    own = arguments is None  # the process is that of the command
    if own:
        collect_seldom()
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # half a surrogate pair is no reason to say nothing
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if not arguments or arguments[0] not in COMMANDS:
        return _top(arguments)
    name, *rest = arguments
    module = import_module(f"dqlkit.cli.{name}")
    parser = argparse.ArgumentParser(prog=f"dqlkit {name}", description=module.__doc__, formatter_class=_Help)
    module.configure(parser)
    try:
        status: int = module.run(parser.parse_args(rest))
        sys.stdout.flush()
    except UsageError as problem:
        print(f"dqlkit {name}: {problem}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read the output has had enough; Python must not complain when it closes the stream.
        sys.stdout = None
        return 0
    except KeyboardInterrupt:
        if own:
            os._exit(130)  # what still computes in other threads is not waited for
        return 130
    return status


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal. Finding the width by itself argparse loads `shutil`, even where it shows no help."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (ValueError, OSError):
            columns = 80
        super().__init__(prog, width=columns - 2)


def collect_seldom() -> None:
    """Look for cycles of garbage less often, and not at the end.

    Trees and plans have none, and looking takes a tenth of a run and more.
    """
    gc.set_threshold(50_000, 20, 20)
    atexit.register(gc.freeze)


def _top(arguments: Sequence[str]) -> int:
    from dqlkit import __version__

    names = "\n".join(f"  {name:<10} {what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="dqlkit",
        description="DQL and ADQL over exported events, locally.",
        epilog=f"commands:\n{names}\n\n`dqlkit COMMAND --help` says more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dqlkit {__version__}")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    if not arguments:
        parser.print_help()
        return 2
    parser.parse_args(arguments[:1])
    return 2
