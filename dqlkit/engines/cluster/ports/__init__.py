"""Ports: what dqlkit asks of a cluster. Each kind is a file in this folder, found by being there.

A file declares `NAME` and `FORM`, what it is and a regular expression of its addresses, and `connected(address)`, which
returns a `Port`. A port keeps records in parts, somewhere; `map` and `exchange` are all that happens to them there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    from dqlkit.engines.cluster.work import Part, Task

__all__ = ["Port", "Tell", "known", "port_at"]

Tell: TypeAlias = Callable[[float], None]
"""Is told the share of the work that is done, and raises where the query has to end."""


class Port(Protocol):
    """A cluster. `Parts` of one port are opaque to all others."""

    @property
    def width(self) -> int:
        """How many parts it works on at a time."""

    @property
    def is_lost(self) -> bool:
        """Whether the cluster has failed, so that the next query has to connect anew."""

    @property
    def is_lazy(self) -> bool:
        """Whether nothing runs before records are collected."""

    def spread(self, parts: Sequence[Part]) -> Any:
        """Parts of a table, each of which a worker reads."""

    def map(self, parts: Any, work: Task, tell: Tell) -> Any:
        """What the work makes of each part."""

    def exchange(self, sides: Sequence[Any], keys: Sequence[Sequence[str]]) -> Any:
        """The records of several sides in parts together: those with equal values in the key columns of their side in one
        part, or where none are named as they are."""

    def collect(self, parts: Any, tell: Tell) -> Any:
        """All records, as one Arrow table."""

    def release(self, parts: Sequence[Any]) -> None:
        """Forget parts that nobody reads any more."""


def known() -> dict[str, ModuleType]:
    """The kinds of clusters by what they are."""
    names = (os.path.splitext(file)[0] for file in sorted(os.listdir(os.path.dirname(__file__))))
    modules = [import_module(f"{__name__}.{name}") for name in names if not name.startswith("_")]
    return {module.NAME: module for module in modules}


#: The ports of this process by address.
_OPEN: dict[str, Port] = {}


def port_at(address: str) -> Port:
    """The port to the cluster at an address; one for this process, as long as the cluster is there."""
    known_port = _OPEN.get(address)
    if known_port is not None and not known_port.is_lost:
        return known_port
    module = next(module for module in known().values() if re.fullmatch(module.FORM, address))
    _OPEN[address] = port = module.connected(address)
    return cast("Port", port)
