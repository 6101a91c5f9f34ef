"""The process that workers are forked from, and what a worker does.

It has everything imported and has run nothing, for Polars does not survive a fork once it has threads.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
from contextlib import suppress
from multiprocessing.connection import Connection

import dqlkit.results.output
import dqlkit.run.answer
from dqlkit.languages.statement import Statement
from dqlkit.run import job

__all__ = ["serve"]


def serve(control: int) -> None:
    """Fork a worker for each request that comes over a socket; end with all of them when the other side has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches every process of the group
    _warm()
    children: set[int] = set()
    with socket.socket(fileno=control) as requests:
        while True:
            message, descriptors, _, _ = socket.recv_fds(requests, 16, 1)
            children = {pid for pid in children if not _gone(pid)}
            if not message or not descriptors:
                break
            pid = os.fork()
            if not pid:
                requests.close()
                _work(descriptors[0])
            os.close(descriptors[0])
            children.add(pid)
            requests.send(str(pid).encode())
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _warm() -> None:
    """Load what every query needs: the tables of both grammars, and what binds."""
    for text, language in (("fetch t | filter a == 1 | summarize count(), by:{a}", "dql"), ("SELECT a FROM t", "adql")):
        Statement(text, language).diagnostics  # type: ignore[arg-type]  # noqa: B018


def _gone(pid: int) -> bool:
    return os.waitpid(pid, os.WNOHANG)[0] != 0


def _work(descriptor: int) -> None:
    """Run one query after the other until the connection closes; then this process ends."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # panics of the engine are told as diagnostics, not on the terminal
    connection = Connection(descriptor)
    try:
        while True:
            job.run_received(pickle.loads(connection.recv_bytes()), connection)
    except (EOFError, OSError):
        pass
    finally:
        os._exit(0)
