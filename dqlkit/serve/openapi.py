"""The OpenAPI description of all APIs, made of their declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dqlkit.serve.route import Api, Route
from dqlkit.version import __version__

__all__ = ["description"]


def description(apis: Iterable[Api]) -> dict[str, Any]:
    """The document."""
    paths: dict[str, Any] = {}
    for api in apis:
        for route in api.routes:
            for number, path in enumerate(route.paths):
                paths.setdefault(path, {})[route.method.lower()] = _operation(api, route, path, number)
    schemes = {
        "token": {"type": "http", "scheme": "bearer"},
        "apiToken": {"type": "apiKey", "in": "header", "name": "Authorization"},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "dqlkit serve", "version": __version__},
        "paths": paths,
        "components": {"securitySchemes": schemes},
    }


def _operation(api: Api, route: Route, path: str, number: int) -> dict[str, Any]:
    name = re.sub(r"\W+", "_", f"{route.method.lower()}_{path}").strip("_")
    found: dict[str, Any] = {"operationId": name, "tags": [api.name], "summary": route.summary}
    parameters = re.findall(r"{(\w+)}", path)
    if parameters:
        found["parameters"] = [
            {"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in parameters
        ]
    if route.method in ("POST", "PATCH"):
        found["requestBody"] = {"content": {content: {"schema": schema} for content, schema in route.takes.items()}}
    codes = [*route.statuses, *(() if route.scopes is None else (401, 403))]
    found["responses"] = {str(code): {"description": _SAID.get(code, "Refused.")} for code in codes} | {
        "4XX": {"description": "What is wrong with the request."},
        "default": {"description": "The server cannot do it now."},
    }
    found["security"] = [] if route.scopes is None else [{"token": []}, {"apiToken": []}]
    return found


_SAID = {200: "Done.", 201: "Made.", 202: "Taken.", 302: "Elsewhere.", 401: "No token, or none that is known."}
