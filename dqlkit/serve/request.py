"""Requests as a connection reads them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from dqlkit.cached import cached_property
from dqlkit.frozen import field, mutable
from dqlkit.serve.access import OPEN, Grant

__all__ = ["Request"]


@mutable(eq=False, slots=False)
class Request:
    """What a client asks.

    `headers` are by their names in lower case: of one that comes twice, the first. `parts` are those of the path that the
    route names, `grant` is what the client may do; both are known before the body is there.
    """

    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    version: str = "1.1"
    scheme: str = "http"
    client: str = ""
    body: bytes = b""
    parts: Mapping[str, str] = field(default_factory=dict)
    grant: Grant = OPEN

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address; of one that comes twice, the last."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True)) if self.query_string else {}

    @property
    def root(self) -> str:
        """How the client calls this server: scheme, host and port."""
        return f"{self.scheme}://{self.headers.get('host', '')}"
