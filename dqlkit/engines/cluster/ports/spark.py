"""Spark Connect, which Spark and Sail serve: `sc://HOST:PORT`, or `sc://HOST:PORT/;parts=8` for so many parts at a time.

Fragments run in `mapInArrow`, and records are exchanged by `repartition`. The workers need this version of dqlkit, and the
Python that this process runs in; that is checked when a connection is made.
"""

from __future__ import annotations

import atexit
import base64
import pickle
import re
import socket
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from functools import lru_cache, reduce
from importlib import import_module
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError, missing_extra
from dqlkit.frozen import frozen
from dqlkit.regex import regex
from dqlkit.version import __version__

if TYPE_CHECKING:
    from dqlkit.engines.cluster.ports import Tell
    from dqlkit.engines.cluster.work import Part, Task

__all__ = ["FORM", "NAME", "Spark", "connected", "fault_in", "worked"]

NAME = "Spark Connect, `sc://HOST:PORT`"
FORM = r"sc://[^\s/:]+(:[0-9]+)?(/.*)?"

#: How many parts there are at a time where the address does not say.
_WIDTH = 4
#: Calls are tried again so often where the server does not answer, with at most so many milliseconds in between; the
#: client itself would try for ten minutes.
_AGAIN, _LATER = 5, 2000
#: Seconds to wait for a server to take a connection, and between two looks at whether the query has to end.
_PATIENCE, _PAUSE = 5.0, 0.05
#: About so many bytes go in one batch, and no more than so many records: servers refuse messages of 4 MB.
_BYTES, _BATCH = 1 << 20, 1 << 15
_PORT = 15002
#: What a fault of the connection says of itself.
_DETAILS = regex(r'details = "([^"]+)"')
_PARTS = regex(r";parts=([0-9]+)")


def connected(address: str) -> Spark:
    """A session on the server at an address."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise missing_extra("cluster", "a query on a cluster", "pyspark-client") from None
    _reached(address)
    width = _PARTS.search(address)
    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):  # about versions of pandas, unused here
            _load()
            session = SparkSession.builder.remote(_PARTS.sub("", address)).create()
            port = Spark(session, int(width[1]) if width else _WIDTH)
            port.check()
    except DqlkitError:
        raise
    except (Exception, SystemExit) as problem:
        raise _failed(f"the cluster at {address} did not answer", problem) from problem
    return port


def _load() -> None:
    """Import the client. It takes a program that is no file (`python -c`) for its own tests, which look for a whole Spark and
    exit without one; so for the time of the import every program has a file."""
    main = sys.modules["__main__"]
    added = not hasattr(main, "__file__")
    if added:
        main.__file__ = "<string>"
    try:
        import_module("pyspark.sql.connect")
    finally:
        if added:
            del main.__file__


def _reached(address: str) -> None:
    """Raise where nobody listens: the client would try for minutes."""
    host, _, port = re.split(r"[/;]", address.removeprefix("sc://"))[0].partition(":")
    try:
        socket.create_connection((host, int(port or _PORT)), _PATIENCE).close()
    except OSError as fault:
        message = f"there is no cluster at {address}: {fault.strerror or fault}"
        raise DqlkitError(
            [error("R032", Span(0, 0), message, help="Start it: `sail spark server --port 50051`.")]
        ) from None


@frozen
class _Rows:
    """A data frame of the cluster, and the columns that each of its sides has; or one row for each of the packed parts
    of a table."""

    data: Any
    sides: tuple[Any, ...] = ()
    packed: tuple[bytes, ...] = ()


class Spark:
    """A session. Nothing runs before records are collected."""

    is_lazy = True

    def __init__(self, session: Any, width: int) -> None:
        from pyspark.sql.connect.client.retries import DefaultPolicy

        self.session = session
        self._width = width
        self.is_lost = False
        session.client.set_retry_policies([DefaultPolicy(max_retries=_AGAIN, max_backoff=_LATER)])
        atexit.register(self.close)

    def close(self) -> None:
        """End the session; a server that does not answer is not asked again."""
        self.session.client.set_retry_policies([])
        self.session.stop()

    @property
    def width(self) -> int:
        return self._width

    def check(self) -> None:
        """Raise where the workers do not have what fragments take."""
        found = self.session.range(0, 1, 1, 1).mapInArrow(_versions(), "python string, dqlkit string").collect()[0]
        ours = {"python": _python(), "dqlkit": __version__}
        for name, version in ours.items():
            if found[name] != version:
                there = f"has {name} {found[name]}" if found[name] else f"does not have {name}"
                message = f"expected workers with {name} {version}, found one that {there}"
                help = f"Install it for the Python of the workers: `pip install dqlkit=={__version__}`."
                raise DqlkitError([error("R032", Span(0, 0), message, help=help)])

    def spread(self, parts: Sequence[Part]) -> _Rows:
        count = len(parts)
        return _Rows(self.session.range(0, count, 1, count), packed=tuple(map(pickle.dumps, parts)))

    def map(self, parts: _Rows, work: Task, tell: Tell) -> _Rows:
        from dqlkit.engines.cluster.wire import arrow_schema

        tell(0.0)
        columns = arrow_schema(work.schema)
        function = _fragment(pickle.dumps(work), parts.packed, tuple(map(len, parts.sides)))
        with self._faults():
            return _Rows(parts.data.mapInArrow(function, _in_spark(columns)), (columns,))

    def exchange(self, sides: Sequence[_Rows], keys: Sequence[Sequence[str]]) -> _Rows:
        with self._faults():
            if len(sides) == 1:
                data, names = sides[0].data, keys[0]
            else:
                tagged = [_tagged(number, sides, own) for number, own in enumerate(keys)]
                data, names = (
                    reduce(lambda one, other: one.union(other), tagged),
                    [f"key{k}" for k in range(len(keys[0]))],
                )
            return _Rows(
                data.repartition(self.width, *names) if names else data, tuple(side.sides[0] for side in sides)
            )

    def collect(self, parts: _Rows, tell: Tell) -> Any:
        share = 0.0

        def progressed(stages: Sequence[Any] | None, **_: object) -> None:
            nonlocal share
            tasks = sum(stage.num_tasks for stage in stages or ())
            share = max(share, sum(stage.num_completed_tasks for stage in stages or ()) / max(tasks, 1))

        with self._followed(progressed):
            answer = _begun(parts.data.toArrow)
            try:
                while wait([answer], _PAUSE).not_done:
                    tell(share)
            except BaseException:
                with suppress(Exception):
                    self.session.interruptAll()
                raise
            with self._faults():
                return answer.result()

    @contextmanager
    def _followed(self, progressed: Callable[..., None]) -> Iterator[None]:
        """Meanwhile the server tells how many tasks are done, if it does."""
        self.session.registerProgressHandler(progressed)
        try:
            yield
        finally:
            self.session.removeProgressHandler(progressed)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """A failure of the cluster becomes the error of ours that it stands for; after any other one the session is
        given up."""
        try:
            with warnings.catch_warnings(action="ignore"):  # about calls that were tried in vain
                yield
        except Exception as problem:
            found = fault_in(str(problem))
            self.is_lost = found is None
            raise (found or _failed("the cluster failed", problem)) from problem

    def release(self, parts: Sequence[_Rows]) -> None: ...


def _begun(run: Callable[[], Any]) -> Future[Any]:
    """What a function yields, which runs in a thread that nobody waits for."""
    found: Future[Any] = Future()

    def fill() -> None:
        try:
            found.set_result(run())
        except BaseException as problem:
            found.set_exception(problem)

    Thread(target=fill, name="dqlkit cluster", daemon=True).start()
    return found


def _tagged(number: int, sides: Sequence[_Rows], keys: Sequence[str]) -> Any:
    """The records of a side with its number, its keys, and null for the columns of all other sides."""
    from pyspark.sql.functions import col, lit

    columns = [lit(number).cast("int").alias("side"), *(col(key).alias(f"key{k}") for k, key in enumerate(keys))]
    for other, side in enumerate(sides):
        for field in _in_spark(side.sides[0]).fields:
            value = col(field.name) if other == number else lit(None).cast(field.dataType)
            columns.append(value.alias(f"s{other}{field.name}"))
    return sides[number].data.select(*columns)


def _in_spark(columns: Any) -> Any:
    """The columns of the wire as Spark has them: as a value, since it would ask the server what a text means."""
    from pyspark.sql import types

    plain = {
        "binary": types.BinaryType(),
        "bool": types.BooleanType(),
        "double": types.DoubleType(),
        "int64": types.LongType(),
        "string": types.StringType(),
    }
    lists = {f"list<item: {name}>": types.ArrayType(kind) for name, kind in plain.items()}
    kinds = {**plain, **lists}
    return types.StructType([types.StructField(one.name, kinds[str(one.type)]) for one in columns])


def _failed(what: str, problem: BaseException) -> DqlkitError:
    found = _DETAILS.search(str(problem))
    said = found[1] if found else next(iter(str(problem).splitlines()), type(problem).__name__)
    return DqlkitError([error("R032", Span(0, 0), f"{what}: {said[:300]}", help="The log of the server says more.")])


def _python() -> str:
    import sys

    return "{}.{}".format(*sys.version_info)


# ---- on the workers -------------------------------------------------------------------------------------------------
# These functions travel as they are: they import what they need where they run.


def _versions() -> Callable[[Iterator[Any]], Iterator[Any]]:
    def versions(batches: Iterator[Any]) -> Iterator[Any]:
        import sys

        import pyarrow

        try:
            from dqlkit.version import __version__ as found
        except ImportError:
            found = ""
        for batch in batches:
            python = ["{}.{}".format(*sys.version_info)] * batch.num_rows
            columns = [pyarrow.array(python), pyarrow.array([found] * batch.num_rows)]
            yield pyarrow.RecordBatch.from_arrays(columns, ["python", "dqlkit"])

    return versions


def _fragment(
    work: bytes, packed: tuple[bytes, ...], sides: tuple[int, ...]
) -> Callable[[Iterator[Any]], Iterator[Any]]:
    def fragment(batches: Iterator[Any]) -> Iterator[Any]:
        from dqlkit.engines.cluster.ports.spark import worked

        return worked(work, packed, sides, batches)

    return fragment


_MARK = "dqlkit-fault:"


def worked(packed_work: bytes, packed: Sequence[bytes], sides: Sequence[int], batches: Iterator[Any]) -> Iterator[Any]:
    """What a fragment makes of one partition. An error of ours travels inside of the message of another one."""
    work = _unpacked(packed_work)
    try:
        for part in _parts(work, packed, sides, batches):
            made = work.run(part)
            each = max(made.num_rows * _BYTES // max(made.nbytes, 1), 1)
            yield from made.to_batches(max_chunksize=min(each, _BATCH))
    except DqlkitError as problem:
        raise RuntimeError(f"{_MARK}{base64.b64encode(pickle.dumps(problem)).decode()}:") from None


_UNPACKING = Lock()


def _unpacked(packed: bytes) -> Task:
    """The work, which the parts of one fragment share; several may begin at a time."""
    with _UNPACKING:
        return _work(packed)


@lru_cache(maxsize=2)
def _work(packed: bytes) -> Task:
    work: Task = pickle.loads(packed)
    return work


def fault_in(message: str) -> DqlkitError | None:
    """The error of ours that a message of the cluster holds."""
    found = re.search(_MARK + r"([A-Za-z0-9+/=]+):", message)
    return pickle.loads(base64.b64decode(found[1])) if found else None


def _parts(work: Task, packed: Sequence[bytes], sides: Sequence[int], batches: Iterator[Any]) -> Iterator[Part]:
    import pyarrow as pa

    from dqlkit.engines.cluster.wire import arrow_schema
    from dqlkit.engines.cluster.work import Part

    if packed:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield pickle.loads(packed[number])
        return
    held = list(batches)
    schemas = list(work.schemas.values())
    if not held:
        yield Part(streams=[arrow_schema(schema).empty_table() for schema in schemas])
        return
    table = pa.Table.from_batches(held)
    yield Part(streams=[table] if len(sides) == 1 else _apart(table, sides))


def _apart(table: Any, sides: Sequence[int]) -> list[Any]:
    """The records of each side, with its own columns."""
    import pyarrow.compute as compute

    found, start = [], table.num_columns - sum(sides)
    for number, width in enumerate(sides):
        own = table.filter(compute.equal(table.column("side"), number))
        found.append(own.select(range(start, start + width)))
        start += width
    return found
