"""The web application: all APIs, the checks that come before any of them, and what is said of addresses that nobody serves."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dqlkit.regex import regex
from dqlkit.serve import analytics, bizevents, environment, events_v1, events_v2, grail, oauth, openpipeline
from dqlkit.serve.envelopes import classic
from dqlkit.serve.fault import Fault
from dqlkit.serve.openapi import description
from dqlkit.serve.route import Api, Endpoint, response, unexpected
from dqlkit.serve.server import Server

__all__ = ["APIS", "application", "is_loopback"]

#: Those with the most requests come first: addresses are tried in this order.
APIS: tuple[Api, ...] = (
    bizevents.API, events_v2.API, analytics.API, grail.API, openpipeline.API, events_v1.API, oauth.API, environment.API,
)  # fmt: skip
_ENVIRONMENT = regex(r"/e/[^/]+(?=/)")


def application(server: Server, hosts: Collection[str] | None = None) -> ASGIApp:
    """The application over a server. `hosts` are the names under which it may be called; None takes any."""
    environment.API_DESCRIPTION.update(description(APIS))
    endpoints = [found for api in APIS for found in api.endpoints(server)]
    routes = [Route(path, endpoint, methods=[method]) for method, path, endpoint in endpoints]
    handlers = {HTTPException: _refused, Exception: _failed}
    inner = Starlette(routes=routes, exception_handlers=handlers, lifespan=_closing(server))
    direct = {(method, path): endpoint for method, path, endpoint in endpoints if "{" not in path}
    return _Front(inner, direct, None if hosts is None else frozenset(hosts))


def _closing(server: Server):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            server.close()

    return lifespan


class _Front:
    """What comes before the routes.

    It checks by which name the server is called, and from where, so that no page in a browser reaches it unasked; takes
    paths as proxies and older clients write them, with `/e/ENVIRONMENT` in front and a slash at the end; and finds paths
    without parameters by a look-up, which takes half the time that trying routes does.
    """

    def __init__(self, app: ASGIApp, direct: Mapping[tuple[str, str], Endpoint], hosts: frozenset[str] | None) -> None:
        self.app, self.direct, self.hosts = app, direct, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.hosts is not None and (name := _host(scope)) not in self.hosts:
            fault = Fault(421, f"This server is not called {name!r}; `--allow-host` names it so.")
            await response(classic(fault))(scope, receive, send)
            return
        if self.hosts is not None and _is_foreign(scope):
            await response(classic(Fault(403, "Pages of other origins may not call this server.")))(
                scope, receive, send
            )
            return
        path = scope["path"]
        if path.startswith("/e/"):
            path = _ENVIRONMENT.sub("", path, count=1)
        scope["path"] = path = path.rstrip("/") or "/"
        endpoint = self.direct.get((scope["method"], path))
        if endpoint is None:
            await self.app(scope, receive, send)
            return
        found = await endpoint(Request(scope, receive, send))
        await found(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    """Whether a page in a browser sends a request to a server that it does not come from."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin")
    return origin is not None and origin.partition(b"://")[2].lower() != headers.get(b"host", b"").lower()


def _host(scope: Scope) -> str:
    """The name in the header Host, without its port; empty where there is none."""
    written = (
        next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1").strip().lower()
    )
    if written.startswith("["):
        return written[1:].partition("]")[0]
    return written.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether an address is one that only this machine reaches."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _refused(request: Request, problem: Exception) -> Response:
    """Where no route is, as the API writes it that has the address."""
    assert isinstance(problem, HTTPException)
    messages = {404: f"There is nothing at {request.url.path}.", 405: f"{request.method} is not supported here."}
    return _in_envelope(
        request,
        Fault(problem.status_code, messages.get(problem.status_code, problem.detail), headers=problem.headers or {}),
    )


async def _failed(request: Request, problem: Exception) -> Response:
    return _in_envelope(request, unexpected(problem))


def _in_envelope(request: Request, fault: Fault) -> Response:
    path = request.url.path
    owner = next((api for api in APIS if path.startswith(api.prefixes)), None)
    return response((owner.envelope if owner else classic)(fault))
