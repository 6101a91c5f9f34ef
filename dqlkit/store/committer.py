"""Group commit: one thread writes what all others hand over meanwhile in one transaction, and then tells each of them.

Flushing to the disk takes about a millisecond, whether for one event or for a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Thread

from dqlkit.store.journal import Journal

__all__ = ["ClosedError", "Committer"]


class ClosedError(RuntimeError):
    """Nothing is written any more."""


class _Group:
    """What waits for the next transaction. `written` is done after it, for all who wait."""

    def __init__(self) -> None:
        self.frames: defaultdict[str, list[bytes]] = defaultdict(list)
        self.events: defaultdict[str, int] = defaultdict(int)
        self.work: list[Callable[[Journal], None]] = []
        self.written: Future[None] = Future()

    @property
    def is_empty(self) -> bool:
        return not self.frames and not self.work

    def write(self, journal: Journal) -> None:
        rows = [(name, self.events[name], b"".join(frames)) for name, frames in self.frames.items()]
        if not self.work:
            journal.add(rows)
            return
        with journal.transaction():
            journal.add(rows)
            for work in self.work:
                work(journal)


class Committer:
    """The thread that writes into a journal. `counted` hears, after each transaction, how many events of a table it holds."""

    def __init__(self, journal: Journal, counted: Callable[[str, int], None]) -> None:
        self._journal, self._counted = journal, counted
        self._lock, self._group, self._closed = Lock(), _Group(), False
        #: Has an item when there is something to write, or nothing will be any more.
        self._ready: SimpleQueue[None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="dqlkit store", daemon=True)
        self._thread.start()

    def append(self, table: str, events: int, frames: bytes) -> Future[None]:
        """Add events; the future is done once they are on disk, and has the exception if they cannot be."""
        with self._lock:
            group = self._open()
            group.frames[table].append(frames)
            group.events[table] += events
        return group.written

    def run(self, work: Callable[[Journal], None]) -> Future[None]:
        """Write something else in the next transaction."""
        with self._lock:
            group = self._open()
            group.work.append(work)
        return group.written

    def close(self) -> None:
        """Write what waits, and end."""
        with self._lock:
            self._closed = True
        self._ready.put(None)
        self._thread.join()

    def _open(self) -> _Group:
        """The group that something is about to be added to."""
        if self._closed:
            raise ClosedError("the store is closed")
        if self._group.is_empty:
            self._ready.put(None)
        return self._group

    def _run(self) -> None:
        while True:
            self._ready.get()
            with self._lock:
                group, self._group = self._group, _Group()
            if group.is_empty:
                return
            self._write(group)

    def _write(self, group: _Group) -> None:
        try:
            group.write(self._journal)
        except BaseException as problem:
            group.written.set_exception(problem)
            return
        for table, events in group.events.items():
            self._counted(table, events)
        group.written.set_result(None)
