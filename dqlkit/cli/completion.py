"""Completion of command lines for a shell, as a script for it: subcommands, options, their values, files.

eval "$(dqlkit completion bash)"                                     in ~/.bashrc
eval "$(dqlkit completion zsh)"                                      in ~/.zshrc, behind compinit
dqlkit completion fish > ~/.config/fish/completions/dqlkit.fish
"""

from __future__ import annotations

import argparse
import re
from importlib import import_module

from dqlkit.cli.arguments import Arguments

#: What is written in the help for a file, or for a folder.
_FILE, _FOLDER = re.compile(r"(.+=)?(FILE|PATH|IN|OUT|NOTEBOOK|DASHBOARD)"), "DIR"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))


def run(arguments: Arguments) -> int:
    import shtab

    print(shtab.complete(_whole(), arguments.shell))
    return 0


def _whole() -> argparse.ArgumentParser:
    """One parser of all subcommands, made of theirs. A module that has `names()` tells what its operands may be."""
    from dqlkit.cli import COMMANDS

    whole = argparse.ArgumentParser(prog="dqlkit")
    whole.add_argument("--version", action="version", version="")
    subcommands = whole.add_subparsers()
    for name, what in COMMANDS.items():
        module = import_module(f"dqlkit.cli.{name}")
        parser = subcommands.add_parser(name, help=what, description=what)
        module.configure(parser)
        names = module.names() if hasattr(module, "names") else None
        for action in parser._actions:
            if names and not action.option_strings:
                action.choices = names
            _mark(action)
    return whole


def _mark(action: argparse.Action) -> None:
    """Say where a file or a folder may stand."""
    import shtab

    metavar = action.metavar if isinstance(action.metavar, str) else ""
    if action.choices is None and (metavar == _FOLDER or _FILE.fullmatch(metavar)):
        action.complete = shtab.DIRECTORY if metavar == _FOLDER else shtab.FILE  # type: ignore[attr-defined]
