"""APIs and their routes: declared once, beside the handler.

    api = Api("Business events", classic, prefixes=("/api/v2/bizevents",))

    @api.route("POST", "/api/v2/bizevents/ingest", scopes=("bizevents.ingest",), body=5 << 20)
    async def ingest(call: Call) -> Answer:
        \"\"\"Ingest business events.\"\"\"

One of the scopes is enough. Without scopes any token will do; with None nobody is asked who they are.
"""

from __future__ import annotations

import gzip
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from dqlkit.frozen import field, frozen, mutable, replace
from dqlkit.serve.access import OPEN, Grant
from dqlkit.serve.bodies import LeftError, body_of, json_of
from dqlkit.serve.fault import Answer, Fault
from dqlkit.serve.request import Request
from dqlkit.wire.shape import Json

if TYPE_CHECKING:
    from dqlkit.serve.server import Server

__all__ = ["Api", "Call", "Endpoint", "Handler", "Route"]

#: Bodies from so many bytes on are packed for clients that unpack them.
_PACKED = 4096
_UNREAD = object()


@mutable(eq=False)
class Call:
    """One request, after its access was checked and its body read."""

    server: Server
    request: Request
    grant: Grant = OPEN
    body: bytes = b""
    _json: Json = _UNREAD

    @property
    def json(self) -> Json:
        """The body as JSON. It is read once."""
        if self._json is _UNREAD:
            self._json = json_of(self.body)
        return self._json

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address."""
        return self.request.query

    @property
    def path(self) -> Mapping[str, str]:
        """The parameters in the path."""
        return self.request.parts

    @property
    def headers(self) -> Mapping[str, str]:
        return self.request.headers

    @property
    def content(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Answer]]


@frozen
class Route:
    """A handler with the method and the paths at which it is found, who may call it, and how large a body may be."""

    method: str
    paths: tuple[str, ...]
    handler: Handler
    scopes: tuple[str, ...] | None
    body: int
    statuses: tuple[int, ...]

    @property
    def summary(self) -> str:
        return (self.handler.__doc__ or "").strip().partition("\n")[0]


def header_token(request: Request) -> str | None:
    """The token of a request: `Bearer …` or `Api-Token …` in its header, or the parameter `api-token`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "api-token"):
        return token.strip()
    return request.query.get("api-token")


@mutable(eq=False, slots=False)
class Api:
    """Routes that belong together, and how errors are written there."""

    name: str
    envelope: Callable[[Fault], Answer]
    prefixes: tuple[str, ...]
    token: Callable[[Request], str | None] = header_token
    routes: list[Route] = field(default_factory=list)

    def route(
        self,
        method: str,
        *paths: str,
        scopes: tuple[str, ...] | None = (),
        body: int = 1 << 20,
        statuses: tuple[int, ...] = (200,),
    ) -> Callable[[Handler], Handler]:
        """Declare a handler. `statuses` are those of answers that are no faults, for the description."""

        def declare(handler: Handler) -> Handler:
            self.routes.append(Route(method, paths, handler, scopes, body, statuses))
            return handler

        return declare

    def endpoints(self, server: Server) -> Iterator[tuple[str, str, Endpoint]]:
        """Method, path and what answers there."""
        for route in self.routes:
            endpoint = self._endpoint(route, server)
            yield from ((route.method, path, endpoint) for path in route.paths)

    def _endpoint(self, route: Route, server: Server) -> Endpoint:
        async def endpoint(request: Request) -> Answer:
            try:
                grant = OPEN if route.scopes is None else self._granted(route, server, request)
                body = await body_of(request, route.body) if route.method in ("POST", "PATCH", "PUT") else b""
                found = await route.handler(Call(server, request, grant, body))
            except Fault as fault:
                found = self.envelope(fault)
            except LeftError:
                found = Answer(400)
            except Exception as problem:
                found = self.envelope(_unexpected(problem))
            if len(found.body) >= _PACKED and "gzip" in request.headers.get("accept-encoding", ""):
                found = await server.apart(_packed, found)
            return found

        return endpoint

    def _granted(self, route: Route, server: Server, request: Request) -> Grant:
        if not server.access.required:
            return OPEN
        grant = server.access.check(self.token(request))
        if route.scopes and not grant.has(*route.scopes):
            needed = ", ".join(route.scopes)
            message = f"Token is missing required scope. Use one of: {needed}"
            raise Fault(403, message, "INSUFFICIENT_PERMISSION", {"missingScopes": list(route.scopes[:1])})
        return grant


def _packed(found: Answer) -> Answer:
    """The answer with its body packed."""
    body = gzip.compress(found.body, 1)
    return replace(found, body=body, headers={**found.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"})


def _unexpected(problem: Exception) -> Fault:
    """The fault for an exception that no handler expected: a store that cannot write, or a fault of dqlkit."""
    if isinstance(problem, OSError) or type(problem).__module__ == "sqlite3":
        message = f"The store cannot take events now: {problem}."
        return Fault(503, message, "SERVICE_UNAVAILABLE", headers={"Retry-After": "5"})
    traceback.print_exception(problem, file=sys.stderr)
    return Fault(500, "The server failed; its log says why.", "INTERNAL_ERROR")
