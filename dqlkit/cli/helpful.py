"""The parser of Python's library, with what it says of mistakes made helpful."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from typing import NoReturn, TypeVar

from dqlkit.cli.nearest import nearest
from dqlkit.cli.terminal import UsageError

__all__ = ["HelpfulParser"]

_Held = TypeVar("_Held")


class HelpfulParser(argparse.ArgumentParser):
    """A parser of one subcommand. What is wrong is a `UsageError`, not the end of the process."""

    def __init__(self, name: str, description: str | None) -> None:
        super().__init__(prog=f"dqlkit {name}", description=description, formatter_class=_Help)

    def read(self, words: Sequence[str], into: _Held) -> _Held:
        """Set the arguments in an object, which is returned; operands may stand before, between and behind options."""
        _, unknown = self.parse_known_intermixed_args([*self._joined(words)], into)
        if unknown:
            raise UsageError(self._unknown(unknown[0]))
        return into

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\n`{self.prog} --help` lists the options.")

    def _joined(self, words: Sequence[str]) -> Iterator[str]:
        """The words; a value that begins with `-`, such as `-2d`, is joined to its option, which argparse asks for."""
        rest = iter(words)
        for word in rest:
            if word == "--":
                yield from (word, *rest)
                return
            if not self._takes_value(word):
                yield word
                continue
            value = next(rest, None)
            joined = value is not None and value.startswith("-") and len(value) > 1 and not self._is_option(value)
            if joined:
                yield f"{word}={value}" if word.startswith("--") else f"{word}{value}"
            else:
                yield from (word,) if value is None else (word, value)

    def _takes_value(self, word: str) -> bool:
        action = self._option_string_actions.get(word)
        return action is not None and action.nargs is None

    def _is_option(self, word: str) -> bool:
        return word == "--" or word.partition("=")[0] in self._option_string_actions

    def _unknown(self, word: str) -> str:
        if not word.startswith("-"):
            return f"there is one argument too many: {word!r}"
        name = word.partition("=")[0]
        return (
            f"there is no option {name!r}{nearest(name, self._option_string_actions)}\n`{self.prog} --help` lists them."
        )


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal. Finding the width by itself argparse loads `shutil`, even where it shows no help."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (ValueError, OSError):
            columns = 80
        super().__init__(prog, width=columns - 2)
