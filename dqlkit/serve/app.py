"""The web application: all APIs, the checks that come before any of them, and what is said of addresses that nobody serves."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from functools import lru_cache

from dqlkit.regex import regex
from dqlkit.serve import analytics, bizevents, environment, events_v1, events_v2, grail, oauth, openpipeline, processors
from dqlkit.serve.envelopes import classic
from dqlkit.serve.fault import Answer, Fault
from dqlkit.serve.openapi import description
from dqlkit.serve.places import Places
from dqlkit.serve.request import Request
from dqlkit.serve.route import Api, Endpoint
from dqlkit.serve.server import Server

__all__ = ["APIS", "Application", "is_loopback"]

APIS: tuple[Api, ...] = (
    bizevents.API, events_v2.API, analytics.API, grail.API, openpipeline.API, processors.API, events_v1.API, oauth.API,
    environment.API,
)  # fmt: skip
_ENVIRONMENT = regex(r"/e/[^/]+(?=/)")


class Application:
    """The application over a server. `hosts` are its names; None takes any.

    It checks by which name the server is called, and from where, so that no page in a browser reaches it unasked, and
    takes paths as proxies and older clients write them, with `/e/ENVIRONMENT` in front and a slash more at either end.
    """

    def __init__(self, server: Server, hosts: Collection[str] | None = None) -> None:
        environment.API_DESCRIPTION.update(description(APIS))
        self.server, self.hosts = server, None if hosts is None else frozenset(hosts)
        self._places = Places(found for api in APIS for found in api.endpoints(server))

    def begin(self, request: Request) -> Endpoint | Answer:
        """What answers a request whose body is to come; the answer where it is refused by its head."""
        path = request.path
        if path.startswith("/e/"):
            path = _ENVIRONMENT.sub("", path, count=1)
        path = f"/{path.strip('/')}"
        try:
            self._check(request)
            endpoint, request.parts = self._places.find(request.method, path)
        except Fault as fault:
            return _in_envelope(path, fault)
        return endpoint.begin(request)

    def _check(self, request: Request) -> None:
        """Raise a `Fault` where the server is called by a name that is not its own, or by a page that is not its own."""
        if self.hosts is None:
            return
        host, origin = request.headers.get("host"), request.headers.get("origin")
        if host is None:  # HTTP/1.0, which no browser speaks
            return
        host = host.lower()
        if (name := _name(host)) not in self.hosts:
            raise Fault(421, f"This server is not called {name!r}; `--allow-host` names it so.")
        if origin is not None and origin.partition("://")[2].lower() != host:
            raise Fault(403, "Pages of other origins may not call this server.")


@lru_cache
def _name(host: str) -> str:
    """A host without its port."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0].strip()


def is_loopback(host: str) -> bool:
    """Whether an address is one that only this machine reaches."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _in_envelope(path: str, fault: Fault) -> Answer:
    """A fault as the API writes it that has the address."""
    owner = next((api for api in APIS if path.startswith(api.prefixes)), None)
    return (owner.envelope if owner else classic)(fault)
