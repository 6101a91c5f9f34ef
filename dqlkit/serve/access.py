"""Who may do what: tokens and OAuth clients, each with scopes.

They come from a file: `[[token]]` with `value` and `scopes`, `[[client]]` with `id`, `secret` and `scopes`. `"*"` is every scope,
a value may be `sha256:` and the hash, and either may have `expires`. Only hashes are kept, and they are compared in constant
time. Without a file everybody may do everything, which the server offers on this machine alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
import time
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dqlkit.frozen import frozen
from dqlkit.serve.fault import Fault

__all__ = ["EVERY_SCOPE", "OPEN", "Access", "Client", "Grant", "add_token", "new_token", "read_access"]

EVERY_SCOPE = "*"
_HASHED = "sha256:"
#: How long a token that OAuth gives is good for, in seconds, and how many are kept.
LASTING, _MOST = 300, 10_000


@frozen
class Grant:
    """What a token allows, and until when, in seconds since 1970."""

    scopes: frozenset[str]
    until: float | None = None

    def has(self, *scopes: str) -> bool:
        """Whether it allows one of them."""
        return EVERY_SCOPE in self.scopes or not self.scopes.isdisjoint(scopes)

    def missing(self, scopes: Iterable[str]) -> list[str]:
        """Those of the scopes that it does not allow."""
        return [scope for scope in scopes if not self.has(scope)]


OPEN = Grant(frozenset({EVERY_SCOPE}))


@frozen
class Client:
    """An OAuth client: the hash of its secret, and what its tokens may allow."""

    secret: str
    grant: Grant


class Access:
    """The tokens and clients of a server. Where `required` is not set, a request without a token may do everything."""

    def __init__(
        self, tokens: Mapping[str, Grant] = {}, clients: Mapping[str, Client] = {}, required: bool = False
    ) -> None:
        self.tokens, self.clients, self.required = dict(tokens), dict(clients), required
        self._given: dict[str, Grant] = {}

    def check(self, token: str | None) -> Grant:
        """What a token allows. Raises a `Fault` 401 for none, one that is not known, and one whose time is over."""
        if not token:
            raise _refused("Authentication is required: send a token in the header `Authorization`.")
        digest = _digest(token)
        known = self.tokens.get(digest) or self._given.get(digest)
        if known is None or not hmac.compare_digest(digest, _digest(token)):
            raise _refused("The token is not known.")
        if known.until is not None and known.until < time.time():
            raise _refused("The token has expired.")
        return known

    def client(self, name: str, secret: str) -> Client | None:
        """The client of that name if the secret is its own; where no tokens are required, any client is one."""
        if not self.required:
            return Client("", OPEN)
        found = self.clients.get(name)
        own = hmac.compare_digest(found.secret if found else _digest(""), _digest(secret))
        late = found is not None and found.grant.until is not None and found.grant.until < time.time()
        return found if own and not late else None

    def give(self, scopes: Iterable[str]) -> str:
        """A new token for some minutes."""
        now = time.time()
        self._given = {digest: grant for digest, grant in self._given.items() if grant.until and grant.until > now}
        if len(self._given) >= _MOST:
            raise Fault(429, "Too many tokens are in use.", headers={"Retry-After": "60"})
        token = new_token("dt0o01")
        self._given[_digest(token)] = Grant(frozenset(scopes), now + LASTING)
        return token


def _refused(message: str) -> Fault:
    return Fault(401, message, headers={"WWW-Authenticate": "Bearer"})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_token(prefix: str = "dt0c01") -> str:
    """A token that nobody can guess, in the form of the vendor's: prefix, public part, secret."""
    return f"{prefix}.{secrets.token_hex(12).upper()}.{secrets.token_hex(32).upper()}"


def hashed(secret: str) -> str:
    """The hash of a secret as it stands in the file."""
    return _HASHED + _digest(secret)


def read_access(path: Path) -> Access:
    """The access that a file declares. Raises `ValueError` for one that is wrong, and `OSError`."""
    written = tomllib.loads(path.read_text("utf-8"))
    if unknown := written.keys() - {"token", "client"}:
        raise ValueError(f"expected `[[token]]` and `[[client]]`, found `{min(unknown)}`")
    tokens = {_hash_of(one, "value"): _grant(one) for one in _tables(written, "token")}
    clients = {_text(one, "id"): Client(_hash_of(one, "secret"), _grant(one)) for one in _tables(written, "client")}
    return Access(tokens, clients, required=True)


def _tables(written: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = written.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError(f"expected `[[{name}]]`, found something else of that name")
    return found


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"expected a text `{name}`, found {value!r:.20}")
    return value


def _hash_of(table: Mapping[str, Any], name: str) -> str:
    value = _text(table, name)
    if not value.startswith(_HASHED):
        return _digest(value)
    digest = value.removeprefix(_HASHED).lower()
    if len(digest) != 64 or not all(sign in "0123456789abcdef" for sign in digest):
        raise ValueError(f"expected 64 hexadecimal digits after `{_HASHED}` in `{name}`")
    return digest


def _grant(table: Mapping[str, Any]) -> Grant:
    scopes, until = table.get("scopes"), table.get("expires")
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise ValueError('expected a list of texts `scopes`; `["*"]` is every scope')
    if until is not None and not isinstance(until, dt.datetime):
        raise ValueError("expected a time `expires`, such as 2030-01-01T00:00:00Z")
    zoned = until if until is None or until.tzinfo else until.replace(tzinfo=dt.UTC)
    return Grant(frozenset(scopes), None if zoned is None else zoned.timestamp())


def add_token(path: Path, scopes: list[str], expires: str | None = None) -> str:
    """Add a new token's hash to a file, which nobody else may read; the token. Raises `ValueError` for a time that is none."""
    token = new_token()
    lines = ["", "[[token]]", f'value = "{hashed(token)}"', f"scopes = {json.dumps(scopes)}"]
    if expires:
        lines.append(f"expires = {dt.datetime.fromisoformat(expires).isoformat()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text("utf-8") if path.exists() else "# Tokens of dqlkit serve, by their hashes.\n"
    beside = path.with_name(f".{path.name}.part")
    beside.touch(0o600)
    beside.write_text(before + "\n".join(lines) + "\n", "utf-8")
    beside.replace(path)
    return token
