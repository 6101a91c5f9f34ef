"""What all handlers share: the store, access, the running queries, threads that wait for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from itertools import chain, islice
from typing import Any
from uuid import uuid4

from dqlkit.languages.dql.objects import FETCHED
from dqlkit.limits import Limits
from dqlkit.run import workers
from dqlkit.run.session import Session
from dqlkit.serve.access import Access
from dqlkit.serve.fault import Fault
from dqlkit.serve.rates import Rates
from dqlkit.serve.running import Running
from dqlkit.serve.scrolls import Scrolls
from dqlkit.store.fields import TooManyFieldsError
from dqlkit.store.layout import EVENT_TYPES, folder_of
from dqlkit.store.packing import Block
from dqlkit.store.store import Store
from dqlkit.store.table import Part, StoredTable, named
from dqlkit.types.values import Timestamp, Value

__all__ = ["EventTypes", "Server", "Stored", "now", "random_id", "random_ids"]

#: The most bytes and seconds that one query may take.
LIMITS = Limits(seconds=900.0, memory=4 << 30)
_WAITING = 64
#: The most places of a table that the events of a request make.
_PLACES = 20_000_000


class Server:
    """A store with all that its APIs need. Where it does `dedupe`, an event with an id is stored once."""

    def __init__(self, store: Store, access: Access, *, rates: bool = True, dedupe: bool = False) -> None:
        self.store, self.access, self.dedupe = store, access, dedupe
        self.rates = Rates() if rates else None
        self.scrolls = Scrolls()
        #: By what is being written: what the loop waits for.
        self._told: dict[Future[None], asyncio.Future[None]] = {}
        #: By what was reported: when a problem began that is open, and until when.
        self.open_events: dict[str, tuple[Timestamp, Timestamp]] = {}
        self.running = Running()
        self.threads = ThreadPoolExecutor(_WAITING, "dqlkit serve")
        self.threads.submit(workers.prepare, "dqlkit.store.table")

    async def keep(
        self, table: str, records: Sequence[Mapping[str, Value]], ids: Sequence[str | None] | None = None
    ) -> None:
        """Write events; they are on disk afterwards. With ids, only those are written that are new."""
        if not records:
            return
        if len(records) > 1:
            _check_places(len(set(chain.from_iterable(records))), len(records))
        if ids is None:
            await self.done(_begun(self.store.append, table, records))
        else:
            hashes = [None if one is None else sha256(one.encode("utf-8", "surrogatepass")).digest() for one in ids]
            await self.done(_begun(self.store.append_once, table, records, hashes))

    async def keep_blocks(self, table: str, events: Sequence[Block]) -> None:
        """The same with events by field."""
        if events:
            _check_places(
                len(set(chain.from_iterable(one.values for one in events))), sum(one.height for one in events)
            )
            await self.done(_begun(self.store.add, table, events))

    def done(self, written: Future[None]) -> asyncio.Future[None]:
        """Done when something is on disk. What is written together is told together: waking the loop up takes its time."""
        told = self._told.get(written)
        if told is None:
            loop = asyncio.get_running_loop()
            told = self._told[written] = loop.create_future()
            written.add_done_callback(lambda _: loop.call_soon_threadsafe(self._tell, written))
        return told

    def _tell(self, written: Future[None]) -> None:
        told, problem = self._told.pop(written), written.exception()
        told.set_result(None) if problem is None else told.set_exception(problem)

    def tables(self, parts: Mapping[str, Part]) -> Stored:
        """DQL's tables, of some of which only a part is read."""
        return Stored(self.store, parts)

    def session(self) -> Session:
        """A session over DQL's tables."""
        return Session(Stored(self.store), limits=LIMITS)

    async def apart(self, work: Any, *arguments: Any) -> Any:
        """What a function returns that takes its time, called in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, _called, work, *arguments)

    def close(self) -> None:
        """End what runs, and let the store write what waits."""
        self.running.close()
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.store.close()


def _begun(write: Callable[..., Future[None]], *arguments: Any) -> Future[None]:
    try:
        return write(*arguments)
    except TooManyFieldsError as problem:
        raise Fault(413, str(problem)) from None


def _check_places(fields: int, events: int) -> None:
    """Raise a `Fault` for events with so many fields that a table of them would not fit into memory."""
    if fields * events > _PLACES:
        raise Fault(413, f"{events:,} events with {fields:,} different fields are too many at once.")


def _called(work: Any, *arguments: Any) -> Any:
    try:
        return work(*arguments)
    except StopIteration as problem:  # which no future may hold: who waits for it would wait for ever
        raise RuntimeError("StopIteration") from problem


class Stored(Mapping[str, object]):
    """The tables of a store by the names that DQL has for them. A data object of the vendor is there, if only empty."""

    def __init__(self, store: Store, parts: Mapping[str, Part] = {}) -> None:
        self._store, self._parts = store, parts

    def __getitem__(self, name: str) -> StoredTable:
        if name not in self:
            raise KeyError(name)
        self._store.hurry([name])
        return StoredTable(folder_of(self._store.folder, name), self._parts.get(name))

    def __contains__(self, name: object) -> bool:
        return name in FETCHED or name in named(self._store.folder)

    def __iter__(self) -> Iterator[str]:
        there = (name for name in named(self._store.folder) if not name.startswith(EVENT_TYPES))
        return iter(dict.fromkeys([*FETCHED, *there]))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class EventTypes(Stored):
    """The tables of a store by the names that ADQL has for them: those of the event types that were declared."""

    def __init__(self, store: Store, types: Mapping[str, object]) -> None:
        super().__init__(store)
        self._types = types

    def __getitem__(self, name: str) -> StoredTable:
        if name not in self._types:
            raise KeyError(name)
        self._store.hurry([EVENT_TYPES + name])
        return StoredTable(folder_of(self._store.folder, EVENT_TYPES + name))

    def __contains__(self, name: object) -> bool:
        return name in self._types

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)


def now() -> Timestamp:
    return Timestamp(time.time_ns())


_IDS = 1 << 16
_ids: Iterator[str] = iter(())


def random_id() -> str:
    """A UUID that nobody has: random up to its last digits, which count. Asking the system for randomness lets other threads
    run first."""
    global _ids
    found = next(_ids, None)
    if found is None:
        _ids = _numbered()
        found = next(_ids)
    return found


def random_ids(count: int) -> Iterator[str]:
    """The same, so many."""
    return islice(chain.from_iterable(_numbered() for _ in range(0, count, _IDS)), count)


def _numbered() -> Iterator[str]:
    head = str(uuid4())[:-4]
    return map(f"{head}{{:04x}}".format, range(_IDS))
