"""The messages between this process and a worker, sent in turns.

The worker asks for tables by name, tells how far it is, and ends with an answer or an error. Frames and records travel
as Arrow; a table that is a path travels as one, and is read by the worker.
"""

from __future__ import annotations

import pickle
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, TypeAlias

from dqlkit.errors import DqlkitError
from dqlkit.frozen import frozen

if TYPE_CHECKING:
    from dqlkit.languages.language import LanguageName, Part, Schemas
    from dqlkit.plan.operators import Operator
    from dqlkit.results import Result
    from dqlkit.run.options import Options

__all__ = ["Answered", "Failed", "Job", "Message", "Progress", "Wanted", "received", "sent"]


@frozen(strict=True)
class Job:
    """A query to run. `plan` stands for what the text means, where another one shall run. Paths are relative to
    `directory`; `followed` asks for progress."""

    text: str
    language: LanguageName
    part: Part
    schemas: Schemas | None
    plan: Operator | None
    options: Options
    tables: tuple[str, ...]
    directory: str
    followed: bool


@frozen(strict=True)
class Wanted:
    """The worker needs a table; whatever was given for it comes back."""

    name: str


@frozen(strict=True)
class Progress:
    """The share of the records that have been read."""

    share: float


@frozen(strict=True)
class Answered:
    """The query is done."""

    result: Result


@frozen(strict=True)
class Failed:
    """Why there is no answer, and the trace of the exception that it comes from, if it comes from one."""

    error: DqlkitError
    trace: str = ""


Message: TypeAlias = Wanted | Progress | Answered | Failed


def sent(connection: Connection, message: object) -> None:
    """Send whatever can be pickled."""
    connection.send_bytes(pickle.dumps(message, protocol=5))


def received(connection: Connection) -> object:
    """What the other side sent. Only our own processes are at the other end."""
    return pickle.loads(connection.recv_bytes())
