"""The options that queries of a shell run with: those of its command line, which `.set` changes."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import Any

from dqlkit.cli import running
from dqlkit.cli.arguments import Arguments
from dqlkit.cli.nearest import nearest
from dqlkit.cli.terminal import UsageError
from dqlkit.run.options import Options

__all__ = ["Asked"]


class Asked:
    """Options by the names that the command line has for them, and `$variables`."""

    def __init__(self, arguments: Arguments) -> None:
        self._arguments = arguments
        actions = running.add_session_options(argparse.ArgumentParser(add_help=False))
        self._actions = {action.option_strings[0].removeprefix("--"): action for action in actions}
        self.options: dict[str, Any] = running.run_options(arguments, "query")

    @property
    def names(self) -> Iterable[str]:
        """What can be set."""
        return [*self._actions, *self._variables]

    @property
    def _variables(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for pair in self._arguments.var:
            name, _, value = pair.partition("=")
            found.setdefault(f"${name}", []).append(value)
        return found

    def set(self, name: str, values: Sequence[str]) -> None:
        """Set an option, or without values have it as by default. What does not suit changes nothing."""
        changed = copy(self._arguments)
        if name.startswith("$"):
            others = [pair for pair in changed.var if not pair.startswith(f"{name[1:]}=")]
            changed.var = [*others, *(f"{name[1:]}={value}" for value in values)]
        else:
            action = self._action(name)
            setattr(changed, action.dest, self._value(action, values))
        options = running.run_options(changed, "query")
        try:
            Options(**options)
        except (TypeError, ValueError) as problem:
            raise UsageError(str(problem)) from None
        self._arguments, self.options = changed, options

    def _action(self, name: str) -> argparse.Action:
        action = self._actions.get(name.removeprefix("--"))
        if action is None:
            raise UsageError(f"there is no option {name!r}{nearest(name, self._actions)}; variables begin with $")
        return action

    def _value(self, action: argparse.Action, values: Sequence[str]) -> object:
        if not values:
            return action.default
        try:
            return action.type(" ".join(values)) if callable(action.type) else " ".join(values)
        except argparse.ArgumentTypeError as problem:
            raise UsageError(str(problem)) from None

    def lines(self) -> Iterator[str]:
        """What is set, as it is typed."""
        for name, action in self._actions.items():
            value = getattr(self._arguments, action.dest)
            if value != action.default:
                yield f"{name} {value}"
        for name, values in self._variables.items():
            yield f"{name} {shlex.join(values)}"
