"""The commands of DQL, offline: all of them, or those named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.cli import terminal
from dqlkit.cli.arguments import Arguments
from dqlkit.cli.nearest import nearest

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="a command")
    parser.add_argument("--all", action="store_true", help="the whole reference, in Markdown")


def names() -> list[str]:
    """What can be named, for completion."""
    from dqlkit.languages.dql.commands import commands

    return [command.name for command in commands().values()]


def run(arguments: Arguments) -> int:
    from dqlkit.languages.dql import reference

    if arguments.all:
        print(reference.document(), end="")
    elif arguments.names:
        print("\n".join(map(_page, arguments.names)), end="")
    else:
        print(reference.listing())
    return 0


def _page(name: str) -> str:
    from dqlkit.functions import reference as functions
    from dqlkit.languages.dql import commands, reference

    found = commands.find(name)
    if found is not None:
        return reference.page(found)
    elsewhere = commands.known_elsewhere().get(name.lower())
    if elsewhere is not None:
        raise terminal.UsageError(f"DQL has no command {name!r}. {elsewhere.advice}")
    if functions.find(name.removesuffix("()")):
        raise terminal.UsageError(f"{name!r} is a function: `dqlkit functions {name}`")
    raise terminal.UsageError(
        f"there is no command {name!r}{nearest(name, [c.name for c in commands.commands().values()])}"
    )
