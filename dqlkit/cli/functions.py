"""The functions of both languages, offline: all of them, or those named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.cli import terminal
from dqlkit.cli.arguments import Arguments
from dqlkit.cli.nearest import nearest

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="a function, or the symbol of an operator")
    parser.add_argument("--all", action="store_true", help="the whole reference, in Markdown")
    parser.add_argument("--language", choices=("dql", "adql"), help="with --all: whose, default: dql; else both")


def names() -> list[str]:
    """What can be named, for completion."""
    from dqlkit.functions import catalogue
    from dqlkit.functions.function import declared
    from dqlkit.languages.adql.functions import functions

    catalogue()
    known = {one.name for one in declared() if not one.only and one.family != "operator"}
    return sorted(known | {one.name for one in functions().values()})


def run(arguments: Arguments) -> int:
    from dqlkit.functions import reference
    from dqlkit.languages.adql import reference as adql

    if arguments.all:
        print(adql.document() if arguments.language == "adql" else reference.document(), end="")
    elif arguments.names:
        print("\n".join(page for name in arguments.names for page in _pages(name, arguments.language)), end="")
    else:
        listings = {"dql": reference.listing(), "adql": f"ADQL\n{adql.listing()}"}
        print("\n\n".join(text for language, text in listings.items() if arguments.language in (None, language)))
    return 0


def _pages(name: str, language: str | None) -> list[str]:
    from dqlkit.functions import reference
    from dqlkit.languages.adql import reference as adql
    from dqlkit.languages.dql.commands import commands, is_command

    wanted = name.removesuffix("()")
    found = [reference.page(one) for one in reference.find(wanted)] if language != "adql" else []
    other = adql.find(wanted) if language != "dql" else None
    if other is not None:
        found.append(adql.page(other))
    if not found and is_command(name):
        raise terminal.UsageError(f"{name!r} is a command: `dqlkit commands {name}`")
    if not found:
        known = [*names(), *(one.name for one in commands().values())]
        raise terminal.UsageError(f"there is no function {name!r}{nearest(name, known)}")
    return found
