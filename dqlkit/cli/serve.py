"""Serve the vendors' HTTP APIs over a folder on this machine.

`dqlkit serve --store DIR` listens on this machine alone, and needs no tokens then. `dqlkit serve token create` makes a token.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dqlkit.cli.arguments import Arguments, add_list, count
from dqlkit.cli.terminal import UsageError, say
from dqlkit.store.layout import tokens_of

if TYPE_CHECKING:
    import argparse

    from dqlkit.serve.access import Access


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words", nargs="*", metavar="token create", help="make a token, add its hash to FILE, and print it"
    )
    parser.add_argument("--store", metavar="DIR", help="the folder that holds the events; it is made if there is none")
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="default 127.0.0.1; any other needs tokens"
    )
    parser.add_argument("--port", type=count, default=8080, metavar="N", help="default 8080; 0 takes a free one")
    parser.add_argument(
        "--tokens", metavar="FILE", help="tokens and clients as TOML; default: tokens.toml in the store, if it is there"
    )
    add_list(parser, "--allow-host", metavar="NAME", help="a further name by which clients call it")
    parser.add_argument(
        "--tls-cert", metavar="FILE", help="serve https with this certificate, for clients that insist on it"
    )
    parser.add_argument(
        "--tls-key", metavar="FILE", help="the key of the certificate, where it is not in the same file"
    )
    parser.add_argument(
        "--dedupe",
        action="store_true",
        help="store an event once that is sent again: same source and id of a CloudEvent, same event.id",
    )
    parser.add_argument("--scopes", default="*", metavar="A,B", help="token create: what the token allows; default all")
    parser.add_argument("--expires", metavar="TIME", help="token create: until when, in ISO-8601")
    parser.add_argument(
        "--no-rate-limits", action="store_true", help="do not limit how often the Analytics API may be asked"
    )


def run(arguments: Arguments) -> int:
    if arguments.words:
        if arguments.words != ["token", "create"]:
            raise UsageError(f"expected `token create` or nothing, found {' '.join(arguments.words)!r}")
        return _create_token(arguments)
    if not arguments.store:
        raise UsageError("--store DIR is needed: the folder that holds the events")
    _check_installed()
    from dqlkit.serve.app import is_loopback
    from dqlkit.serve.listen import listen

    access = _access(arguments)
    if not access.required and not is_loopback(arguments.host):
        raise UsageError(
            f"whoever reaches {arguments.host} could read and write everything: give --tokens FILE, or make a token first:"
            f"\n  dqlkit serve token create --store {arguments.store}"
        )
    return listen(
        arguments.store,
        access,
        arguments.host,
        arguments.port,
        _names(arguments) if is_loopback(arguments.host) or arguments.allow_host else None,
        rates=not arguments.no_rate_limits,
        dedupe=arguments.dedupe,
        tls=(arguments.tls_cert, arguments.tls_key) if arguments.tls_cert else None,
    )


def _names(arguments: Arguments) -> set[str]:
    """The names by which the server may be called."""
    return {arguments.host.lower(), "localhost", "127.0.0.1", "::1", *(name.lower() for name in arguments.allow_host)}


def _check_installed() -> None:
    try:
        import deltalake  # noqa: F401
        import httptools  # noqa: F401
        import uvloop  # noqa: F401
    except ImportError as problem:
        raise UsageError(f"{problem.name} is not installed: pip install 'dqlkit[server]'") from None


def _tokens(arguments: Arguments) -> Path | None:
    if arguments.tokens:
        return Path(arguments.tokens)
    return tokens_of(Path(arguments.store)) if arguments.store else None


def _access(arguments: Arguments) -> Access:
    from dqlkit.serve.access import Access, read_access

    path = _tokens(arguments)
    if path is None or (not arguments.tokens and not path.exists()):
        return Access()
    try:
        return read_access(path)
    except OSError as problem:
        raise UsageError(f"cannot read {path}: {problem.strerror or problem}") from None
    except ValueError as problem:
        raise UsageError(f"cannot read {path}: {problem}") from None


def _create_token(arguments: Arguments) -> int:
    """Print a new token, and add its hash to the file."""
    from dqlkit.serve.access import add_token

    path = _tokens(arguments)
    if path is None:
        raise UsageError("--store DIR or --tokens FILE is needed: where the hash of the token is kept")
    scopes = [scope.strip() for scope in arguments.scopes.replace(",", " ").split()]
    try:
        token = add_token(path, scopes, arguments.expires)
    except (OSError, ValueError) as problem:
        raise UsageError(f"cannot write {path}: {problem}") from None
    print(token)
    say(f"Its hash is in {path}; the token itself is shown this once. Scopes: {' '.join(scopes)}")
    return 0
