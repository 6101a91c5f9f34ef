"""Reading the words of a command line: options and operands in any order, and helpful words where one is wrong.

Plain words are read here. To load `argparse` and to ask it takes a tenth of the time in which a query is linted, so it is
asked for the rest: help, abbreviations, and what to say of a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from dqlkit.cli.helpful import HelpfulParser

__all__ = ["Arguments", "Parser", "add_list", "count"]


class Arguments:
    """The values of the options and operands of a subcommand, as attributes."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __setattr__(self, name: str, value: Any) -> None: ...


class Parser:
    """A parser of one subcommand, to which options and operands are declared as to one of `argparse`. What is wrong is a
    `UsageError`, not the end of the process."""

    formatter_class: type[argparse.HelpFormatter] | None = None

    def __init__(self, name: str, description: str | None) -> None:
        self._name = name
        self._description = description
        self._declared: list[_Declared] = []
        self._defaults: dict[str, object] = {}

    def add_argument(self, *names: str, **how: object) -> None:
        self._declared.append(_Declared(names, how))

    def set_defaults(self, **values: object) -> None:
        self._defaults |= values

    def read(self, words: Sequence[str]) -> Arguments:
        """The arguments; operands may stand before, between and behind options."""
        return self.plain(words) or self.helpful().read(words, Arguments())

    def plain(self, words: Sequence[str]) -> Arguments | None:
        """The same where each word is an operand, an option written in full, or its value; None where one is not."""
        options = {name: one for one in self._declared for name in one.names if one.is_option}
        values = {one.target: one.default for one in self._declared} | self._defaults
        operands: list[str] = []
        rest = iter(words)
        try:
            for word in rest:
                name, equals, value = word.partition("=")
                if not word.startswith("-") or word == "-":
                    operands.append(word)
                elif options[name].is_switch and not equals:
                    options[name].turn(values)
                else:
                    options[name].put(values, value if equals else next(rest))
            for one in self._declared:
                if not one.is_option:
                    one.take(values, operands)
        except (LookupError, StopIteration, _NotPlain):
            return None
        found = Arguments()
        vars(found).update(values)
        return None if operands else found

    def helpful(self) -> HelpfulParser:
        """The parser of `argparse`, to which the same is declared."""
        from dqlkit.cli.helpful import HelpfulParser

        parser = HelpfulParser(self._name, self._description)
        parser.formatter_class = self.formatter_class or parser.formatter_class
        for one in self._declared:
            parser.add_argument(*one.names, **one.how)
        parser.set_defaults(**self._defaults)
        return parser


class _NotPlain(Exception):
    """What is left to `argparse`."""


class _Declared:
    """An option or an operand, as it was declared."""

    def __init__(self, names: tuple[str, ...], how: dict[str, Any]) -> None:
        self.names = names
        self.how = how
        self.is_option = names[0].startswith("-")
        self.is_switch = how.get("action") in ("store_true", "store_false")
        whole = next((name for name in names if name.startswith("--")), names[0])
        self.target: str = how.get("dest") or whole.lstrip("-").replace("-", "_")
        self.default = how.get("default", how["action"] == "store_false" if self.is_switch else None)

    def turn(self, values: dict[str, Any]) -> None:
        """Set an option that takes no value."""
        values[self.target] = self.how["action"] == "store_true"

    def put(self, values: dict[str, Any], text: str) -> None:
        """Set an option that takes one value."""
        action = self.how.get("action", "store")
        if action not in ("store", "append") or "nargs" in self.how or not text or text.startswith("-"):
            raise _NotPlain
        value = self._value(text)
        values[self.target] = [*values[self.target], value] if action == "append" else value

    def take(self, values: dict[str, Any], operands: list[str]) -> None:
        """Set an operand to what it stands for among the words that are left; they go."""
        number = self.how.get("nargs")
        least, most = {None: (1, 1), "?": (0, 1), "*": (0, len(operands)), "+": (1, len(operands))}[number]
        taken = [self._value(word) for word in operands[:most]]
        if len(taken) < least:
            raise _NotPlain
        del operands[:most]
        if number in ("*", "+"):
            values[self.target] = taken
        elif taken:
            values[self.target] = taken[0]

    def _value(self, text: str) -> object:
        made: Callable[[str], object] = self.how.get("type", str)
        try:
            value = made(text)
        except Exception as problem:  # `argparse` meets it again, and tells
            raise _NotPlain from problem
        if value not in self.how.get("choices", (value,)):
            raise _NotPlain
        return value


def add_list(parser: argparse.ArgumentParser, *names: str, metavar: str, help: str) -> None:
    """An option that may be given several times; its values are a list."""
    parser.add_argument(*names, action="append", default=[], metavar=metavar, help=help)


def count(text: str) -> int:
    """The value of an option that takes a number of things, from 0 on."""
    if not text.isascii() or not text.isdecimal():
        import argparse

        raise argparse.ArgumentTypeError(f"expected a number from 0 on, found {text!r}")
    return int(text)
