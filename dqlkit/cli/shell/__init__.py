"""A prompt for queries over the same tables: history, completion, several lines, answers as tables.

`dqlkit shell -t orders=orders.ndjson` opens tables; a query runs when Enter finds it complete. `.help` lists what else there is.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from dqlkit.cli import running
from dqlkit.cli.arguments import Arguments, count

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="exports for whatever table a query reads")
    running.add_run_options(parser)
    parser.add_argument("--rows", type=count, default=None, metavar="N", help="of a table; 0 shows all")


def run(arguments: Arguments) -> int:
    from dqlkit.cli.shell.shell import Shell, statements

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Shell(arguments).run(statements(sys.stdin))
    from dqlkit.cli.shell.prompt import prompts  # what is missing for it is told before anything is read

    signal.signal(signal.SIGINT, signal.default_int_handler)  # an interrupt ends a query, not the shell
    shell = Shell(arguments)
    shell.run(prompts(shell))
    return 0
