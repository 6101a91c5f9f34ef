"""Worker processes for queries that must be killable.

A thread cannot be ended, and a query that Polars runs in the background takes the process with it when it is dropped. A
process can be killed at any moment. Starting one costs the import of Polars, and a process that has used Polars cannot
be forked; so one process, the nursery, imports everything, runs nothing, and is forked for each worker. A worker that
has answered waits for the next query. When this process ends, however it does, the nursery kills the workers and ends.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.frozen import mutable
from dqlkit.run.messages import Failed, received

__all__ = ["Worker", "give_back", "prepare", "take"]

#: The most idle workers that are kept, and the most memory of one that is kept.
_MOST_WAITING = 4
_MOST_HELD = 1 << 29
#: Seconds in which a worker ends what works for it elsewhere.
_GRACE = 1.0
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@mutable
class Worker:
    """A process that runs one query after the other, and the connection to it."""

    pid: int
    connection: Connection

    def memory(self) -> int | None:
        """The bytes it holds; None where the system does not tell."""
        try:
            return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE
        except (OSError, ValueError, IndexError):
            return None

    def end(self) -> None:
        """End it; it has a second to end what works for it elsewhere."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        with suppress(OSError, EOFError):
            until = time.monotonic() + _GRACE
            while time.monotonic() < until and self.connection.poll(until - time.monotonic()):
                if isinstance(received(self.connection), Failed):
                    break
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.connection.close()


class _Nursery:
    """The process that workers are forked from, started when one is first wanted."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.loaded: list[str] = []
        self.waiting: list[Worker] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def worker(self) -> Worker:
        """A new worker."""
        with self.lock:
            try:
                return self._forked()
            except OSError:  # the nursery died
                self._socket = None
                return self._forked()

    def _forked(self) -> Worker:
        control = self._socket or self._started()
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(control, [b"fork"], [theirs.fileno()])
        answer = control.recv(32)
        if not answer:
            raise OSError("the process that workers are forked from has ended")
        return Worker(int(answer), Connection(ours.detach()))

    def _started(self) -> socket.socket:
        if not hasattr(os, "fork"):
            message = "queries with limits need a system that can fork processes"
            raise DqlkitError([error("R033", Span(0, 0), message, help="Run it without limits.")])
        ours, theirs = socket.socketpair()
        loaded = "".join(f"import {name}; " for name in self.loaded)
        program = (
            f"import sys; sys.path[:] = {sys.path!r}; {loaded}"
            f"from dqlkit.run.nursery import serve; serve({theirs.fileno()})"
        )
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        self._socket = ours
        return ours

    def forget(self) -> None:
        """Reset after a fork: the workers belong to the parent process."""
        self.__init__()  # type: ignore[misc]


_nursery = _Nursery()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_nursery.forget)


def prepare(*modules: str) -> None:
    """Have a worker wait, with these modules loaded in it and in all that are forked later."""
    _nursery.loaded += [name for name in modules if name not in _nursery.loaded]
    give_back(_nursery.worker())


def take() -> Worker:
    """A worker that nobody else has."""
    with _nursery.lock:
        waiting = _nursery.waiting.pop() if _nursery.waiting else None
    return waiting or _nursery.worker()


def give_back(worker: Worker) -> None:
    """Let a worker that has answered wait for the next query."""
    with _nursery.lock:
        if len(_nursery.waiting) < _MOST_WAITING and (worker.memory() or 0) < _MOST_HELD:
            _nursery.waiting.append(worker)
            return
    worker.kill()
