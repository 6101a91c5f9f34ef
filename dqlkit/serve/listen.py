"""Takes connections, until the server is told to end."""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Collection
from pathlib import Path

import uvloop

from dqlkit.errors import SourceError
from dqlkit.serve.access import Access
from dqlkit.serve.app import Application
from dqlkit.serve.connection import Connection, Site
from dqlkit.serve.server import Server
from dqlkit.store.store import Store

__all__ = ["allow_files", "bound", "listen", "serve"]

#: So many connections wait to be taken, and so many are there at once.
_BACKLOG, _AT_ONCE = 1024, 1000
#: Seconds for the answers that are due when the server ends, and between looks for clients that take too long.
_ENDING, _LOOK = 5.0, 1.0


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
    context = None if tls is None else _context(*tls)
    application = Application(Server(Store(store), access, rates=rates, dedupe=dedupe), hosts)
    address = f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{found.getsockname()[1]}"

    async def until_told() -> None:
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, ended.set)
        await serve(
            application, found, context, ended, lambda: print(f"listening on {address}", file=sys.stderr, flush=True)
        )

    _collect_seldom()
    allow_files()
    uvloop.run(until_told())
    return 0


async def serve(
    application: Application,
    at: socket.socket,
    tls: ssl.SSLContext | None,
    ended: asyncio.Event,
    ready: Callable[[], None],
) -> None:
    """Take connections at a socket until the event is set; then answer what is due, and close the server."""
    loop = asyncio.get_running_loop()
    site = Site(application.begin, set(), _AT_ONCE, "https" if tls else "http")
    listener = await loop.create_server(lambda: Connection(site), sock=at, ssl=tls, backlog=_BACKLOG)
    looking = loop.create_task(_look(site))
    ready()
    await ended.wait()
    listener.close()
    for one in [*site.connections]:
        one.finish()
    until = loop.time() + _ENDING
    while site.connections and loop.time() < until:
        await asyncio.sleep(0.02)
    looking.cancel()
    application.server.close()


async def _look(site: Site) -> None:
    while True:
        await asyncio.sleep(_LOOK)
        site.look()


def allow_files() -> None:
    """Let the process have as many files open as connections need; some systems begin with 256."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * _AT_ONCE if hard == resource.RLIM_INFINITY else min(4 * _AT_ONCE, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _collect_seldom() -> None:
    """Look for unreachable cycles seldom, and never among what is there from the start: bodies make objects by the thousand,
    which are not in cycles; looking took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _context(certificate: str, key: str | None) -> ssl.SSLContext:
    """What encrypts connections; raises where there is no certificate in the files."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as problem:
        said = problem.strerror or problem
        raise SourceError.of("R112", f"cannot serve https with {certificate}: {said}.") from None
    return context


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
