"""What editors show of a declaration: a signature in one line, a sentence, a page in Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any

from dqlkit.functions import Function, reference
from dqlkit.functions.signature import Parameter, Signature
from dqlkit.languages.adql.function import AdqlFunction
from dqlkit.languages.dpl.matchers import Matcher
from dqlkit.languages.dql.command import Command
from dqlkit.types.text import text_of

__all__ = ["page", "parameter", "shown", "signature", "summary"]

Declaration = Function[..., Any] | Command | AdqlFunction | Matcher


def summary(declared: Declaration) -> str:
    """The first sentence of a declaration's documentation."""
    return re.split(r"(?<=\.)\s", inspect.cleandoc(declared.documentation))[0].replace("\n", " ")


def signature(declared: Declaration) -> str:
    """A declaration in one line."""
    match declared:
        case Command():
            return " ".join([declared.name, ", ".join(shown(declared.signature))]).strip()
        case AdqlFunction():
            return declared.shown
        case Matcher():
            options = ", ".join(f"{option.name}={_literal(option.default)}" for option in declared.options.values())
            return f"{declared.name}({options})" if options else declared.name
        case _:
            return reference.signature(declared)


def shown(declared: Signature) -> list[str]:
    """The parameters that are written, each as one."""
    return [parameter(one) for one in declared.parameters if one.kind.role != "names"]


def parameter(declared: Parameter) -> str:
    """One parameter: `name`, `name:` where the name has to be written, `[…]` where it may lack."""
    kind = declared.kind
    what = "|".join(kind.options) if kind.role == "choice" else "|".join(sorted(kind.types))
    text = f"{declared.name}{':' if declared.named else ''}{'…' if declared.variadic else ''}"
    text = f"{text} {what}".rstrip()
    return text if declared.required or declared.variadic else f"[{text}]"


def page(declared: Declaration) -> str:
    """A declaration in Markdown."""
    if isinstance(declared, Function):
        return reference.page(declared).partition("\n\n")[2]
    prose, _, examples = inspect.cleandoc(declared.documentation).partition(">>>")
    parts = [f"```\n{signature(declared)}\n```", prose.rstrip()]
    parts += [_example(examples)] if examples else []
    return "\n\n".join(parts)


def _example(text: str) -> str:
    return "```\n>>>" + text.rstrip() + "\n```"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(text_of(value) or "null")


def listed(lines: Iterable[str]) -> str:
    """Lines as a list in Markdown."""
    return "\n".join(f"- {line}" for line in lines)
