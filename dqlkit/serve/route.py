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
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.frozen import field, frozen, mutable, replace
from dqlkit.serve.access import Grant
from dqlkit.serve.bodies import check_announced, json_of, unpacked
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
    body: bytes = b""
    _json: Json = _UNREAD

    @property
    def json(self) -> Json:
        """The body as JSON. It is read once."""
        if self._json is _UNREAD:
            self._json = json_of(self.body)
        return self._json

    @property
    def grant(self) -> Grant:
        """What the client may do."""
        return self.request.grant

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


@frozen
class Route:
    """A handler with the method and the paths at which it is found, who may call it, and how large a body may be."""

    method: str
    paths: tuple[str, ...]
    handler: Handler
    scopes: tuple[str, ...] | None
    body: int
    statuses: tuple[int, ...]
    takes: Mapping[str, Any]

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
        takes: Mapping[str, Any] | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare a handler.

        For the description, `statuses` are those of answers that are no faults, and `takes` the media types of bodies, each
        with what a schema of JSON says of it.
        """
        known = {"application/json": {}} if takes is None else takes

        def declare(handler: Handler) -> Handler:
            self.routes.append(Route(method, paths, handler, scopes, body, statuses, known))
            return handler

        return declare

    def endpoints(self, server: Server) -> Iterator[tuple[str, str, Endpoint]]:
        """Method, path and what answers there."""
        for route in self.routes:
            endpoint = Endpoint(self, route, server)
            yield from ((route.method, path, endpoint) for path in route.paths)


class Endpoint:
    """What answers at the addresses of a route."""

    def __init__(self, api: Api, route: Route, server: Server) -> None:
        self._api, self._route, self._server = api, route, server
        self.most = route.body

    def begin(self, request: Request) -> Endpoint | Answer:
        """Itself, or the answer where the request is refused before its body is read."""
        try:
            if self._route.scopes is not None and self._server.access.required:
                request.grant = self._granted(request)
            check_announced(request, self.most)
        except Fault as fault:
            return self.refused(fault)
        return self

    async def answer(self, request: Request) -> Answer:
        """The answer to a whole request."""
        try:
            found = await self._route.handler(Call(self._server, request, unpacked(request, self.most)))
        except Fault as fault:
            found = self.refused(fault)
        except Exception as problem:
            found = self.refused(_unexpected(problem))
        if len(found.body) >= _PACKED and "gzip" in request.headers.get("accept-encoding", ""):
            found = await self._server.apart(_packed, found)
        return found

    def refused(self, fault: Fault) -> Answer:
        """A fault as the API writes it."""
        return self._api.envelope(fault)

    def _granted(self, request: Request) -> Grant:
        grant, scopes = self._server.access.check(self._api.token(request)), self._route.scopes
        if scopes and not grant.has(*scopes):
            message = f"Token is missing required scope. Use one of: {', '.join(scopes)}"
            raise Fault(403, message, "INSUFFICIENT_PERMISSION", {"missingScopes": list(scopes[:1])})
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
