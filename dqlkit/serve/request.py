"""Requests as the web server hands them over (ASGI), and how an answer goes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from dqlkit.frozen import field, mutable
from dqlkit.serve.fault import Answer

__all__ = ["Message", "Receive", "Request", "Scope", "Send", "sent"]

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


@mutable(eq=False)
class Request:
    """What a client asks.

    `headers` are by their names in lower case: of one that comes twice, the first. `parts` are those of the path that the
    route names.
    """

    scope: Scope
    receive: Receive
    headers: Mapping[str, str]
    parts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: Scope, receive: Receive) -> Request:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
        return cls(scope, receive, headers)

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address; of one that comes twice, the last."""
        written = self.scope["query_string"]
        return dict(parse_qsl(written.decode("latin-1"), keep_blank_values=True)) if written else {}

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def root(self) -> str:
        """How the client calls this server: scheme, host and port."""
        return f"{self.scope['scheme']}://{self.headers.get('host', '')}"

    @property
    def client(self) -> str:
        """The address that the request comes from; empty where none is known."""
        return self.scope["client"][0] if self.scope.get("client") else ""


async def sent(send: Send, found: Answer) -> None:
    """Send an answer."""
    headers = [(b"content-length", b"%d" % len(found.body))]
    if found.body:
        headers.append((b"content-type", found.content.encode("latin-1")))
    if found.headers:
        headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in found.headers.items()]
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.body})
