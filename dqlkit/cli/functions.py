"""The language reference, offline: all functions, or those named."""

from __future__ import annotations

import argparse
from difflib import get_close_matches

from dqlkit.cli import terminal


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="a function, or the symbol of an operator")
    parser.add_argument("--all", action="store_true", help="the whole reference, in Markdown")


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

    found = reference.find(name.removesuffix("()"))
    if not found:
        near = get_close_matches(name, [function.name for function in declared()], n=1)
        meant = f"; nearest is {near[0]!r}" if near else ""
        raise terminal.UsageError(f"there is no function {name!r}{meant}")
    return [reference.page(function) for function in found]
