"""The language reference, offline: all functions, or those named."""

from __future__ import annotations

import argparse

from dqlkit.cli import terminal
from dqlkit.cli.arguments import nearest


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="a function, or the symbol of an operator")
    parser.add_argument("--all", action="store_true", help="the whole reference, in Markdown")


def names() -> list[str]:
    """What can be named, for completion."""
    from dqlkit.functions import catalogue
    from dqlkit.functions.function import declared

    catalogue()

    return sorted({one.name for one in declared() if not one.only and one.family != "operator"})


def run(arguments: argparse.Namespace) -> int:
    from dqlkit.functions import reference

    if arguments.all:
        print(reference.document(), end="")
    elif arguments.names:
        print("\n".join(page for name in arguments.names for page in _pages(name)), end="")
    else:
        print(reference.listing())
    return 0


def _pages(name: str) -> list[str]:
    from dqlkit.functions import reference
    from dqlkit.functions.function import declared
    from dqlkit.languages.dql.commands import commands, is_command

    found = reference.find(name.removesuffix("()"))
    if not found and is_command(name):
        raise terminal.UsageError(f"{name!r} is a command: `dqlkit commands {name}`")
    if not found:
        names = [one.name for one in declared()] + [one.name for one in commands().values()]
        raise terminal.UsageError(f"there is no function {name!r}{nearest(name, names)}")
    return [reference.page(function) for function in found]
