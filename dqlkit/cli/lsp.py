"""Serve editors: findings, completion, documentation and fixes while queries are written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dqlkit.cli import terminal
from dqlkit.cli.arguments import Arguments

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    said = "over standard input and output: the default, for editors that ask for it"
    parser.add_argument("--stdio", action="store_true", help=said)
    parser.add_argument("--tcp", type=int, metavar="PORT", help="listen on this port of this machine instead")


def run(arguments: Arguments) -> int:
    try:
        from dqlkit.lsp.server import make
    except ImportError as problem:
        if (problem.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise terminal.UsageError("the language server needs an extra: pip install 'dqlkit[lsp]'") from None
    server = make()
    if arguments.tcp is None:
        # Streams of its own: the server closes them in the end, and nothing else may write to its output.
        server.start_io(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    else:
        server.start_tcp("127.0.0.1", arguments.tcp)
    return 0
