"""Runs the application in a web server, until it is told to end."""

from __future__ import annotations

import gc
import socket
import ssl
import sys
from collections.abc import Collection
from pathlib import Path

import uvicorn

from dqlkit.errors import SourceError
from dqlkit.serve.access import Access
from dqlkit.serve.app import Application
from dqlkit.serve.server import Server
from dqlkit.store.store import Store

__all__ = ["bound", "listen"]

#: So many connections wait to be taken, and so many requests are under way at once.
_BACKLOG, _AT_ONCE = 1024, 1000


def listen(
    store: str | Path,
    access: Access,
    host: str,
    port: int,
    hosts: Collection[str] | None,
    *,
    rates: bool,
    dedupe: bool = False,
    tls: tuple[str, str | None] | None = None,
) -> int:
    """Serve until a signal comes; the exit status. Tells on stderr when and where it can be reached. `tls` are the files of a
    certificate and of its key."""
    found = bound(host, port)
    _check(tls)
    server = Server(Store(store), access, rates=rates, dedupe=dedupe)
    config = uvicorn.Config(
        Application(server, hosts),
        log_level="warning",
        ws="none",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=_BACKLOG,
        limit_concurrency=_AT_ONCE,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
        lifespan="on",
        ssl_certfile=tls[0] if tls else None,
        ssl_keyfile=tls[1] if tls else None,
    )
    running = _Telling(config)
    running.address = f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{found.getsockname()[1]}"
    _collect_seldom()
    running.run(sockets=[found])
    return 0


def _collect_seldom() -> None:
    """Look for unreachable cycles seldom, and never among what is there from the start: bodies make objects by the thousand,
    which are not in cycles; looking took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _check(tls: tuple[str, str | None] | None) -> None:
    """Raise where there is no certificate in the files."""
    try:
        if tls:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*tls)
    except OSError as problem:
        said = problem.strerror or problem
        raise SourceError.of("R112", f"cannot serve https with {tls[0]}: {said}.") from None  # type: ignore[index]


class _Telling(uvicorn.Server):
    """A server that says when it is ready."""

    address = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"listening on {self.address}", file=sys.stderr, flush=True)


def bound(host: str, port: int) -> socket.socket:
    """A socket at an address; an error that names it where that is taken or none of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except (OSError, OverflowError) as problem:
        found.close()
        said = problem.strerror if isinstance(problem, OSError) else problem
        raise SourceError.of("R112", f"cannot listen on {host}:{port}: {said}.", "Give another --port.") from None
    return found
