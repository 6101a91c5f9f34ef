"""The process that flushes and compacts for a store, so that neither its time nor its memory is that of the writing process.

It is started when there is work for the first time, and ends at once with the process that started it. It shares that
process's lock, so that nobody opens the store while it still writes.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Any

__all__ = ["Keeper", "KeeperError", "keep"]


class KeeperError(Exception):
    """Work that failed; what is on disk is as before."""


class Keeper:
    """The other process, as the writing one sees it. It is used by one thread at a time."""

    def __init__(self, store: Path, lock: int) -> None:
        self.store, self.lock = store, lock
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._alive: int | None = None

    def run(self, work: str, table: str, *arguments: object) -> Any:
        """What a function of `upkeep.WORK` returns for a table."""
        try:
            connection = self._connection or self._started()
            connection.send_bytes(pickle.dumps((work, table, arguments)))
            done, answer = pickle.loads(connection.recv_bytes())
        except (EOFError, OSError) as problem:
            self.close()
            raise KeeperError(f"the process that keeps the tables has ended: {problem}") from None
        if not done:
            raise KeeperError(answer)
        return answer

    def close(self) -> None:
        """End the process after the work it has begun."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.wait()
        if self._alive is not None:
            os.close(self._alive)
        self._connection = self._process = self._alive = None

    def _started(self) -> Connection:
        ours, theirs = socket.socketpair()
        ended, self._alive = os.pipe()
        program = (
            f"import sys; sys.path[:] = {sys.path!r}; "
            f"from dqlkit.store.keeper import keep; keep({theirs.fileno()}, {ended}, {str(self.store)!r})"
        )
        shared = [theirs.fileno(), ended, self.lock]
        with theirs:
            self._process = subprocess.Popen([sys.executable, "-c", program], pass_fds=shared, stdin=subprocess.DEVNULL)
        os.close(ended)
        self._connection = Connection(ours.detach())
        return self._connection


def _end_with_parent(ended: int) -> None:
    os.read(ended, 1)
    os._exit(1)


def keep(descriptor: int, ended: int, store: str) -> None:
    """Do one piece of work after the other until the connection closes. `ended` tells that the other process is gone."""
    Thread(target=_end_with_parent, args=(ended,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches every process of the group
    from dqlkit.store.upkeep import WORK

    connection = Connection(descriptor)
    with suppress(EOFError, OSError):
        while True:
            work, table, arguments = pickle.loads(connection.recv_bytes())
            answer: tuple[bool, object]
            try:
                answer = (True, WORK[work](Path(store), table, *arguments))
            except Exception:
                answer = (False, traceback.format_exc())
            connection.send_bytes(pickle.dumps(answer))
