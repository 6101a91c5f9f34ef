"""A cluster of processes on this machine: `local-cluster:N`.

Records go from one to the next as files of a folder that lives as long as the query. A process that dies while it works on
a part is replaced, and the part is worked on again: a fragment makes the same of the same records.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from shutil import rmtree
from tempfile import mkdtemp
from threading import Thread
from typing import Any, TypeAlias

import polars as pl
import pyarrow as pa
from pyarrow import ipc

from dqlkit.diagnostics import Span, error
from dqlkit.engines.cluster.ports import Tell
from dqlkit.engines.cluster.wire import arrow_schema
from dqlkit.engines.cluster.work import Part, Task
from dqlkit.errors import DqlkitError, internal_error
from dqlkit.frozen import frozen, replace

__all__ = ["FORM", "NAME", "Local", "buckets_of", "connected", "serve"]

NAME = "processes on this machine, `local-cluster:2`"
FORM = r"local-cluster:[1-9][0-9]?"

#: A part is given to another process so often at most.
_TRIES = 3
#: Limits are checked so often, in seconds.
_PAUSE = 0.02
#: And so often, whether the process that wants the answer is still there.
_SELDOM = 0.5

Files: TypeAlias = "list[Path]"
"""The files of one side of a part."""


@frozen
class _Held:
    """A part: records of a table that are still to be read, or files for each side."""

    part: Part
    sides: tuple[tuple[Path, ...], ...] = ()


def connected(address: str) -> Local:
    """A cluster of so many processes."""
    return Local(int(address.partition(":")[2]))


class Local:
    """So many processes, each started when it is first needed."""

    is_lost = is_lazy = False

    def __init__(self, width: int) -> None:
        self._width = width
        self.exchanged = 0  # bytes that went to other parts, or to the driver
        self._folder = Path(mkdtemp(prefix="dqlkit-cluster-"))
        self._numbers = count()
        self._idle: SimpleQueue[_Process] = SimpleQueue()
        self._threads = ThreadPoolExecutor(width, "dqlkit cluster")
        self._processes = [_Process(width) for _ in range(width)]
        for process in self._processes:
            self._idle.put(process)
        atexit.register(self.close)

    @property
    def width(self) -> int:
        return self._width

    def spread(self, parts: Sequence[Part]) -> list[_Held]:
        return [_Held(part) for part in parts]

    def map(self, parts: list[_Held], work: Task, tell: Tell) -> list[_Held]:
        packed = pickle.dumps(work)
        futures = [self._threads.submit(self._run, packed, part) for part in parts]
        try:
            _followed(futures, tell)
        except BaseException:
            self._stop(futures)
            raise
        return [_Held(Part(), ((future.result(),),)) for future in futures]

    def exchange(self, sides: Sequence[list[_Held]], keys: Sequence[Sequence[str]]) -> list[_Held]:
        empty = [()] * len(sides)
        if not any(keys):
            alone = ((number, part) for number, side in enumerate(sides) for part in side)
            return [_Held(Part(), (*empty[:number], part.sides[0], *empty[number + 1 :])) for number, part in alone]
        files = [self._by_key(side, own) for side, own in zip(sides, keys, strict=True)]
        return [_Held(Part(), tuple(tuple(side[bucket]) for side in files)) for bucket in range(self.width)]

    def collect(self, parts: list[_Held], tell: Tell) -> Any:
        tell(1.0)
        return pa.concat_tables([self._counted(path) for part in parts for path in part.sides[0]])

    def release(self, parts: Sequence[list[_Held]]) -> None:
        for path in (path for held in parts for part in held for side in part.sides for path in side):
            path.unlink(missing_ok=True)

    def pids(self) -> list[int]:
        """The processes that run."""
        return [pid for process in self._processes if (pid := process.pid) is not None]

    def close(self) -> None:
        """End all processes."""
        for process in self._processes:
            process.kill()
        self._threads.shutdown(wait=False, cancel_futures=True)
        rmtree(self._folder, ignore_errors=True)

    def _path(self) -> Path:
        return self._folder / f"{next(self._numbers)}.arrow"

    def _counted(self, path: Path) -> Any:
        self.exchanged += path.stat().st_size
        return _read(path)

    def _by_key(self, parts: list[_Held], keys: Sequence[str]) -> list[Files]:
        """The files of each bucket."""
        found: list[Files] = [[] for _ in range(self.width)]
        for table in (self._counted(path) for part in parts for path in part.sides[0]):
            buckets = buckets_of(table, keys, self.width)
            for number, files in enumerate(found):
                chosen = table.filter((buckets == number).to_arrow())
                files.append(_written(chosen, self._path()))
        return found

    def _run(self, work: bytes, held: _Held) -> Path:
        """The file of what some process makes of a part."""
        target = self._path()
        for _ in range(_TRIES):
            process = self._idle.get()
            try:
                answer = process.ask((work, held, target))
            except (EOFError, OSError):
                process.kill()
                continue
            finally:
                self._idle.put(process)
            if isinstance(answer, BaseException):
                raise answer
            return target
        message = (
            f"{_TRIES} processes died over one part of the records, for lack of memory or by a fault in the engine"
        )
        raise DqlkitError([error("R033", Span(0, 0), message, help="Filter earlier, or use more parts.")])

    def _stop(self, futures: Sequence[Future[Path]]) -> None:
        """End the work on these parts."""
        for future in futures:
            future.cancel()
        while wait(futures, _PAUSE).not_done:
            for process in self._processes:
                process.kill()


def buckets_of(table: Any, keys: Sequence[str], count: int) -> pl.Series:
    """The number of the part that each record goes to."""
    columns = pl.DataFrame({key: pl.Series(table.column(key)) for key in keys})
    return columns.hash_rows(0) % count


def _followed(futures: Sequence[Future[Path]], tell: Tell) -> None:
    """Wait for all, or for the first that fails."""
    waiting: set[Future[Path]] = set(futures)
    while waiting:
        done, waiting = wait(waiting, _PAUSE)
        for future in done:
            future.result()
        tell(1 - len(waiting) / len(futures))


class _Process:
    """A process that works on one part after the other, and is started when it is asked."""

    def __init__(self, of: int) -> None:
        self._of = of
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, message: object) -> object:
        """What it answers. Raises `EOFError` or `OSError` where it dies."""
        process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        pickle.dump(message, process.stdin)
        process.stdin.flush()
        try:
            return pickle.load(process.stdout)
        except pickle.UnpicklingError:
            raise EOFError("half an answer") from None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    _closed(stream)

    def _started(self) -> subprocess.Popen[bytes]:
        program = f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import serve; serve()"
        threads = str(max((os.cpu_count() or 1) // self._of, 1))
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "POLARS_MAX_THREADS": threads},
        )
        return self._process


def _closed(stream: Any) -> None:
    with suppress(OSError):
        stream.close()


# ---- in a process ---------------------------------------------------------------------------------------------------


def serve() -> None:
    """Work on parts until there are no more; answers go to standard output, and nothing else does."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    Thread(target=_outlived, args=(os.getppid(),), daemon=True).start()
    packed: bytes = b""
    work: Task | None = None
    while True:
        try:
            asked, held, target = pickle.load(sys.stdin.buffer)
        except (EOFError, KeyboardInterrupt):
            return
        try:
            if asked != packed:
                packed, work = asked, pickle.loads(asked)
            assert work is not None
            _written(work.run(_filled(held, work)), target)
            answer: object = None
        except DqlkitError as problem:
            answer = problem
        except BaseException as problem:
            answer = internal_error(problem)
        pickle.dump(answer, answers)
        answers.flush()


def _outlived(parent: int) -> None:
    """End this process, whatever it works on, once the one that started it has ended."""
    while os.getppid() == parent:
        time.sleep(_SELDOM)
    os._exit(1)


def _filled(held: _Held, work: Task) -> Part:
    """The part with its records."""
    if held.part.records is not None:
        return held.part
    tables = [
        pa.concat_tables(map(_read, side)) if side else arrow_schema(schema).empty_table()
        for side, schema in zip(held.sides, work.schemas.values(), strict=True)
    ]
    return replace(held.part, streams=tables)


def _read(path: Path) -> Any:
    with pa.memory_map(str(path)) as memory:
        return ipc.open_file(memory).read_all()


def _written(table: Any, path: Path) -> Path:
    with ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)
    return path
