"""Servers that tests call over real connections: one without tokens, and one that asks for them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from ssl import SSLContext

import httpx
import pytest
import uvloop

from dqlkit.serve.access import Access, read_access
from dqlkit.serve.app import Application
from dqlkit.serve.listen import bound, serve
from dqlkit.serve.server import Server
from dqlkit.store.store import Pace, Store

TOKENS = """
[[token]]
value = "all"
scopes = ["*"]
[[token]]
value = "late"
scopes = ["*"]
expires = 2020-01-01T00:00:00Z
[[token]]
value = "none"
scopes = ["other"]
[[client]]
id = "dt0s02.CLIENT"
secret = "dt0s02.CLIENT.SECRET"
scopes = ["storage:events:write", "storage:bizevents:read", "storage:buckets:read"]
"""


@contextmanager
def serving(
    folder: Path,
    access: Access,
    pace: Pace | None = None,
    hosts: frozenset[str] = frozenset({"127.0.0.1"}),
    dedupe: bool = False,
    tls: SSLContext | None = None,
) -> Iterator[tuple[Server, str]]:
    """A server over a folder, and its address."""
    socket = bound("127.0.0.1", 0)
    server = Server(Store(folder, pace), access, dedupe=dedupe)
    ready, ends = threading.Event(), list[Callable[[], object]]()

    async def until_told() -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        ends.append(lambda: loop.call_soon_threadsafe(ended.set))
        await serve(Application(server, hosts), socket, tls, ended, ready.set)

    thread = threading.Thread(target=lambda: uvloop.run(until_told()))
    thread.start()
    ready.wait()
    try:
        yield server, f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        ends[0]()
        thread.join()


@pytest.fixture(scope="session")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    with serving(tmp_path_factory.mktemp("open") / "store", Access()) as found:
        yield found


@pytest.fixture(scope="session")
def api(open_server: tuple[Server, str]) -> Iterator[httpx.Client]:
    """A client of the server without tokens."""
    with httpx.Client(base_url=open_server[1], timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the server that asks for tokens."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "tokens.toml").write_text(TOKENS)
    with (
        serving(folder / "store", read_access(folder / "tokens.toml")) as (_, address),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client
