"""One query as it travels to a worker, and its answer as it travels back.

The two sides take turns. The worker asks for tables by name, tells progress, and ends with an answer or an error; tables
that are paths are read by the worker.
"""

from __future__ import annotations

import os
import pickle
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from dqlkit.errors import DqlkitError, our_fault
from dqlkit.languages.statement import Statement
from dqlkit.limits import Watch
from dqlkit.results import Result
from dqlkit.run.answer import answer
from dqlkit.run.options import Options

if TYPE_CHECKING:
    from dqlkit.languages.language import LanguageName, Part, Schemas
    from dqlkit.plan.operators import Operator

__all__ = ["Job", "Answered", "Failed", "Progress", "Wanted", "run_received"]


@dataclass(frozen=True, slots=True)
class Job:
    """A query to run: the text, the options, the names of the tables, and the folder that paths are relative to."""

    text: str
    language: LanguageName
    part: Part
    schemas: Schemas | None
    options: Options
    tables: tuple[str, ...]
    directory: str
    followed: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """The worker needs a table; what it is comes back."""

    name: str


@dataclass(frozen=True, slots=True)
class Progress:
    share: float


@dataclass(frozen=True, slots=True)
class Answered:
    result: Result


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no answer, and the trace of the exception that it comes from, if it comes from one."""

    error: DqlkitError
    trace: str


class _Tables(Mapping[str, object]):
    """The tables of the other side, each fetched when it is first read."""

    def __init__(self, names: tuple[str, ...], connection: Connection) -> None:
        self._names, self._connection = names, connection
        self._held: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._held:
            self._connection.send_bytes(pickle.dumps(Wanted(name)))
            self._held[name] = pickle.loads(self._connection.recv_bytes())
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def run_received(job: Job, connection: Connection) -> None:
    """Run a query that came over a connection, and send its answer back."""

    def tell(share: float) -> None:
        connection.send_bytes(pickle.dumps(Progress(share)))

    done: Answered | Failed
    try:
        os.chdir(job.directory)
        statement = Statement(job.text, job.language, job.part, job.schemas)
        watch = Watch(progress=_seldom(tell) if job.followed else None)
        done = Answered(answer(statement, _Tables(job.tables, connection), job.options, watch))
        message = pickle.dumps(done, protocol=5)
    except DqlkitError as problem:
        message = _failed(problem)
    except BaseException as problem:
        message = _failed(our_fault(problem, job.text))
    connection.send_bytes(message)
