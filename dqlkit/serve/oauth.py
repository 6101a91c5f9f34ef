"""OAuth client credentials, and how clients find the server that gives tokens."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import parse_qsl, unquote_plus

from dqlkit.serve.access import EVERY_SCOPE, LASTING
from dqlkit.serve.envelopes import oauth
from dqlkit.serve.fault import Answer, Fault, answer
from dqlkit.serve.route import Api, Call

__all__ = ["API"]

_FORM = {
    "application/x-www-form-urlencoded": {
        "type": "object",
        "properties": {
            name: {"type": "string"} for name in ("grant_type", "client_id", "client_secret", "scope", "resource")
        },
        "required": ["grant_type", "client_id", "client_secret"],
    }
}
API = Api("OAuth", oauth, ("/sso", "/platform/oauth2"))


@API.route("POST", "/sso/oauth2/token", scopes=None, body=64 << 10, takes=_FORM)
async def token(call: Call) -> Answer:
    """A token for the credentials of a client."""
    form = _form(call)
    if form.get("grant_type") != "client_credentials":
        code = "unsupported_grant_type" if form.get("grant_type") else "invalid_request"
        raise Fault(400, "Expected `grant_type=client_credentials`.", code)
    name, secret = _client(call, form)
    if not name or not secret:
        raise Fault(400, "Expected `client_id` and `client_secret`.", "invalid_request")
    client = call.server.access.client(name, secret)
    if client is None:
        raise Fault(400, "The client is not known, or its secret is another one.", "invalid_client")
    # One sample of the vendor's writes `scopes`; without any, the client's own are meant.
    wanted = (form.get("scope") or form.get("scopes") or "").split() or sorted(client.grant.scopes)
    if missing := client.grant.missing(wanted):
        raise Fault(400, f"The client may not ask for {' '.join(missing)}.", "invalid_scope")
    given = call.server.access.give(wanted)
    said = {"scope": " ".join(one for one in wanted if one != EVERY_SCOPE), "token_type": "Bearer"}
    resource = {"resource": form["resource"]} if form.get("resource") else {}
    return answer(200, {**said, "expires_in": LASTING, "access_token": given, **resource}, Cache_Control="no-store")


def _client(call: Call, form: Mapping[str, str]) -> tuple[str, str]:
    """Id and secret of a client: of the form, or of the header, where libraries for OAuth write them."""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if "client_id" not in form and scheme.lower() == "basic":
        with suppress(ValueError):
            name, _, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
            return unquote_plus(name), unquote_plus(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


def _form(call: Call) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(call.body.decode(), keep_blank_values=True))
    except ValueError:
        raise Fault(400, "The body is no form.", "invalid_request") from None


async def discovery(call: Call) -> Answer:
    """Where tokens are given: here."""
    return Answer(302, headers={"Location": f"{call.request.root}/sso"})


for _method in ("GET", "HEAD"):
    API.route(_method, "/platform/oauth2/authorization/dynatrace-sso", scopes=None, statuses=(302,))(discovery)
