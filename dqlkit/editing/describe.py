"""What editors show of a declaration, as its reference has it: a signature in one line, a sentence, a page in Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, NamedTuple

from dqlkit.functions import Function, prose
from dqlkit.functions import reference as functions
from dqlkit.functions.signature import Parameter
from dqlkit.languages.adql.function import AdqlFunction
from dqlkit.languages.dpl.matchers import Matcher
from dqlkit.languages.dql import reference as commands
from dqlkit.languages.dql.command import Command
from dqlkit.types.text import text_of

__all__ = ["Piece", "listed", "page", "piece", "pieces", "signature", "summary"]

Declaration = Function[..., Any] | Command | AdqlFunction | Matcher


class Piece(NamedTuple):
    """A parameter: as the signature has it, and what it takes where that does not say it."""

    parameter: Parameter
    shown: str
    takes: str = ""


def summary(declared: Declaration) -> str:
    """The first sentence of a declaration's documentation."""
    return prose.summary(declared.documentation)


def signature(declared: Declaration) -> str:
    """A declaration in one line."""
    match declared:
        case Command():
            return commands.signature(declared)
        case AdqlFunction():
            return declared.shown
        case Matcher():
            options = ", ".join(f"{option.name}={_literal(option.default)}" for option in declared.options.values())
            return f"{declared.name}({options})" if options else declared.name
        case _:
            return functions.signature(declared)


def pieces(declared: Command | Function[..., Any]) -> list[Piece]:
    """The parameters in the order of the signature."""
    written = commands.written(declared) if isinstance(declared, Command) else functions.written(declared)
    return [piece(declared, one) for one in written]


def piece(declared: Command | Function[..., Any], parameter: Parameter) -> Piece:
    """One parameter of a command or function."""
    if isinstance(declared, Command):
        return Piece(parameter, commands.parameter(parameter), commands.takes(parameter))
    return Piece(parameter, functions.parameter(declared, parameter))


def page(declared: Declaration) -> str:
    """A declaration in Markdown, without its title."""
    match declared:
        case Command():
            text = commands.page(declared)
        case AdqlFunction():
            from dqlkit.languages.adql import reference as adql

            text = adql.page(declared)
        case Matcher():
            words, _, examples = inspect.cleandoc(declared.documentation).partition(">>>")
            shown = [f"```\n{signature(declared)}\n```", words.rstrip()]
            return "\n\n".join([*shown, *([f"```\n>>>{examples.rstrip()}\n```"] if examples else [])])
        case _:
            text = functions.page(declared)
    return text.partition("\n\n")[2]


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(text_of(value) or "null")


def listed(lines: Iterable[str]) -> str:
    """Lines as a list in Markdown."""
    return "\n".join(f"- {line}" for line in lines)
