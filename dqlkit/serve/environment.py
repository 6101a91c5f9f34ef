"""What a client asks of the environment before it begins, the description of the APIs, and the page for people."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from dqlkit.serve.envelopes import grail
from dqlkit.serve.fault import Answer, answer
from dqlkit.serve.route import Api, Call

__all__ = ["API", "API_DESCRIPTION"]

API = Api("Environment", grail, ("/platform",))
#: Filled in by the application, which knows all routes.
API_DESCRIPTION: dict[str, Any] = {}
#: The page runs its own script and style, and talks to this server alone.
_POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:"


@API.route("GET", "/platform/management/v1/environment")
async def environment(call: Call) -> Answer:
    """The environment: its id, when it was made, its state."""
    return answer(
        200, {"environmentId": "dqlkit", "createTime": "2026-01-01T00:00:00.000Z", "blockTime": None, "state": "ACTIVE"}
    )


@API.route("GET", "/platform/management/v1/environment/license")
async def license(call: Call) -> Answer:
    """The license, which is not a trial."""
    return answer(200, {"type": "PAYING", "trial": False})


@API.route("GET", "/openapi.json", scopes=None)
async def described(call: Call) -> Answer:
    """This description."""
    return answer(200, API_DESCRIPTION)


@API.route("GET", "/", scopes=None)
async def page(call: Call) -> Answer:
    """A page to write queries on."""
    body = files("dqlkit.serve").joinpath("page.html").read_bytes()
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Answer(200, body, "text/html; charset=utf-8", headers)
