"""The store as the process that writes it sees it."""

from __future__ import annotations

import fcntl
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from shutil import rmtree
from threading import Condition, Lock, Thread
from typing import IO

from dqlkit.errors import SourceError
from dqlkit.frozen import frozen
from dqlkit.store.committer import ClosedError, Committer
from dqlkit.store.fields import Fields
from dqlkit.store.journal import Journal
from dqlkit.store.keeper import Keeper
from dqlkit.store.layout import folder_of, is_store, journal_of, lock_of, tables_of, tokens_of
from dqlkit.store.packing import Block, pack, pack_block
from dqlkit.store.upkeep import Settled
from dqlkit.types.values import Value

__all__ = ["Pace", "Store"]

#: So many seconds the processes of a server that was killed have to end.
_PATIENCE = 2.0


@frozen
class Pace:
    """When what waits is written into the tables: after so many events, or so many seconds, and at most `often` because a
    query comes. Beyond so many files they are put together; after so many versions the log is summed up."""

    events: int = 50_000
    seconds: float = 2.0
    often: float = 1.0
    files: int = 50
    versions: int = 100


#: A table has at most so many fields. Ids of events are known again for so many days.
_FIELDS, _DAYS = 5000, 30


class Store:
    """A folder of tables that this process alone writes. Raises `SourceError` where another process does."""

    def __init__(self, folder: str | Path, pace: Pace | None = None) -> None:
        self.folder, self.pace = Path(folder), pace or Pace()
        self._lock = _locked(self.folder)
        (self.folder / "tables").mkdir(exist_ok=True)
        journal = Journal(journal_of(self.folder))
        _recover(self.folder, journal)
        self._journal = journal
        self._documents = journal.documents()
        self._fields = Fields(self.folder, _FIELDS)
        self._waiting: dict[str, int] = journal.counts()
        self._since: dict[str, float] = dict.fromkeys(self._waiting, time.monotonic())
        self._flushed: dict[str, float] = {}
        self._wake, self._keeping, self._closed = Condition(), Lock(), False
        self._keeper = Keeper(self.folder, self._lock.fileno())
        self._committer = Committer(journal, self._counted)
        self._upkeep = Thread(target=self._keep_up, name="dqlkit upkeep", daemon=True)
        self._upkeep.start()

    def append(self, table: str, records: Sequence[Mapping[str, Value]]) -> Future[None]:
        """Add events; they are on disk, and queries see them, once the future is done. Its exception tells why they are not.

        Raises `TooManyFieldsError` where they would give the table more fields than it may have.
        """
        self._fields.add(table, *records)
        return self._committer.append(table, len(records), pack(records))

    def append_once(
        self, table: str, records: Sequence[Mapping[str, Value]], ids: Sequence[bytes | None]
    ) -> Future[None]:
        """The same without the events whose ids were there within the last days. One without an id is always new."""
        self._fields.add(table, *records)
        kept: list[Mapping[str, Value]] = []

        def write(journal: Journal) -> None:
            new = journal.unseen(filter(None, ids), int(time.time()) // 86_400, _DAYS)
            for record, one in zip(records, ids, strict=True):
                if one is None or one in new:
                    kept.append(record)
                    new.discard(one or b"")  # a second one of the same request is known
            if kept:
                journal.add([(table, len(kept), pack(kept))])

        written = self._committer.run(write)
        written.add_done_callback(
            lambda done: self._counted(table, len(kept)) if kept and not done.exception() else None
        )
        return written

    def add(self, table: str, events: Sequence[Block]) -> Future[None]:
        """The same with events by field."""
        self._fields.add(table, *(one.values for one in events))
        return self._committer.append(table, sum(one.height for one in events), b"".join(map(pack_block, events)))

    def documents(self, kind: str) -> dict[str, str]:
        """What was kept, by name."""
        return dict(self._documents.get(kind, {}))

    def keep(self, kind: str, name: str, value: str | None) -> Future[None]:
        """Keep a text under a name, or with None remove it."""
        written = self._committer.run(lambda journal: journal.keep(kind, name, value))
        written.add_done_callback(lambda done: self._remember(kind, name, value) if not done.exception() else None)
        return written

    def _remember(self, kind: str, name: str, value: str | None) -> None:
        named = self._documents.setdefault(kind, {})
        named.pop(name, None)
        if value is not None:
            named[name] = value

    def drop(self, table: str) -> None:
        """Delete a table and all its events."""
        with self._keeping:
            self._begin(table)
            self._committer.run(lambda journal: journal.forget(table)).result()
            rmtree(folder_of(self.folder, table), ignore_errors=True)
            self._fields.forget(table)

    def run(self, work: str, table: str, *arguments: object) -> Settled | None:
        """Do a piece of upkeep now; what has become of the table, None where nothing was to do."""
        with self._keeping:
            settled: Settled | None = self._keeper.run(work, table, *arguments)
            if settled is not None:
                self._settle(table, settled.seq, settled.version)
        return settled

    def hurry(self, tables: Sequence[str] = ()) -> None:
        """A query is about to read these tables: what waits for them is written soon, if that was not done just now."""
        with self._wake:
            for table in tables:
                if self._flushed.get(table, 0.0) < time.monotonic() - self.pace.often and table in self._since:
                    self._since[table] = 0.0
            self._wake.notify()

    def close(self) -> None:
        """Write everything into the tables, and let another process have the folder."""
        self._committer.close()
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._upkeep.join()
        self._keeper.close()
        self._journal.close()
        self._lock.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _counted(self, table: str, events: int) -> None:
        with self._wake:
            first = table not in self._since
            self._waiting[table] = self._waiting.get(table, 0) + events
            self._since.setdefault(table, time.monotonic())
            if first or self._waiting[table] >= self.pace.events:
                self._wake.notify()

    # ---- upkeep, in a thread of its own --------------------------------------------------------------------------

    def _keep_up(self) -> None:
        failed = False
        while not (failed and self._closed):
            table = self._next(failed)
            if table is None:
                return
            failed = not self._kept(table)

    def _kept(self, table: str) -> bool:
        """Flush a table, and put its files together where they have become many; whether that went well."""
        self._begin(table)
        try:
            settled = self.run("flush", table)
            many = settled is not None and settled.files > self.pace.files
            if many:
                self.run("compact", table)
                self.run("vacuum", table)
            if many or (settled is not None and settled.version % self.pace.versions == 0):
                self.run("checkpoint", table)
        except Exception as problem:
            # The events stay in the journal, where queries find them; the next flush takes them.
            print(f"dqlkit store: {table}: {_last_line(problem)}", file=sys.stderr)
            self._again(table)
            return False
        return True

    def _next(self, failed: bool) -> str | None:
        """The next table to flush, when it is time; None when the store is closed and nothing waits."""
        with self._wake:
            if failed and not self._closed:
                self._wake.wait(1.0)
            while True:
                due = self._due()
                if due is not None or (self._closed and not self._since):
                    return due
                soonest = min(self._since.values(), default=None)
                rest = None if soonest is None else max(soonest + self.pace.seconds - time.monotonic(), 0.001)
                self._wake.wait(rest)

    def _due(self) -> str | None:
        now = time.monotonic()
        for table, since in self._since.items():
            if self._closed or now - since >= self.pace.seconds or self._waiting.get(table, 0) >= self.pace.events:
                return table
        return None

    def _begin(self, table: str) -> None:
        with self._wake:
            self._since.pop(table, None)
            self._waiting.pop(table, None)
            self._flushed[table] = time.monotonic()

    def _again(self, table: str) -> None:
        with self._wake:
            self._since.setdefault(table, time.monotonic())

    def _settle(self, table: str, seq: int, version: int) -> None:
        """What a table holds is removed from the journal."""
        try:
            self._committer.run(lambda journal: journal.settle(table, seq, version)).result()
        except ClosedError:
            self._committer.close()  # waits for its last transaction; nobody else writes then
            with self._journal.transaction():
                self._journal.settle(table, seq, version)


def _last_line(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[-1]


def _locked(folder: Path) -> IO[str]:
    """The lock of a store, which ends with the process that holds it."""
    begun = {lock_of(folder), tokens_of(folder)}
    if folder.exists() and not is_store(folder) and not begun.issuperset(folder.iterdir()):
        help = "Give an empty folder, or one that `dqlkit serve` made."
        raise SourceError.of("R110", f"expected the folder of a store, found other files in {folder}.", help)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = lock_of(folder).open("a")
    except OSError as fault:
        raise SourceError.of("R110", f"{folder}: the store cannot be opened: {fault.strerror or fault}.") from None
    until = time.monotonic() + _PATIENCE
    while not _taken(lock):
        if time.monotonic() > until:
            lock.close()
            help = "End the other `dqlkit serve` first; reading needs no lock."
            raise SourceError.of("R111", f"{folder}: another process writes this store.", help)
        time.sleep(0.02)
    return lock


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _recover(folder: Path, journal: Journal) -> None:
    """Leave each event in the journal or in its table, after however the last process ended."""
    from dqlkit.store.delta import DeltaFolder

    versions = journal.versions()
    for table in {*versions, *tables_of(folder)}:
        seq = DeltaFolder(folder_of(folder, table)).recover(versions.get(table, -1))
        if table in versions:
            with journal.transaction():
                journal.settle(table, seq, versions[table])
