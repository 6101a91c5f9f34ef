"""The reference of the commands: what each takes, what it does, and an example with its answer."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from dqlkit.functions.prose import prose, summary
from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql.command import Command
from dqlkit.languages.dql.commands import commands
from dqlkit.languages.dql.vocabulary import TAKES
from dqlkit.regex import regex
from dqlkit.types.text import text_of

__all__ = ["document", "examples", "listing", "page", "parameter", "signature", "takes", "written"]

_EXAMPLE = regex(r"^>>> (.+)\n((?:\{.*\n?)*)", re.M)


def _ordered() -> list[Command]:
    """Those that begin a query, then the others, by name."""
    return sorted(commands().values(), key=lambda command: (not command.starting, command.name.lower()))


def listing() -> str:
    """A line for every command."""
    return "\n".join(f"{command.name:<18} {summary(command.documentation)}" for command in _ordered())


def document() -> str:
    """All commands as one Markdown text."""
    head = "# Commands\n\n`dqlkit commands NAME` shows a command by itself. The first ones begin a query.\n"
    return "\n".join([head, *map(page, _ordered())]).rstrip() + "\n"


def page(command: Command) -> str:
    """What is to be known of a command, in Markdown."""
    shown = [f"### {command.name}", f"```\n{signature(command)}\n```"]
    shown += ["Experimental at the vendor's."] if command.experimental else []
    shown += [prose(command.documentation), *_parameters(command)]
    shown += [f"```dql\n{query}\n```" + _answer(answer) for query, answer in examples(command)]
    return "\n\n".join(shown) + "\n"


def examples(command: Command) -> list[tuple[str, list[str]]]:
    """Queries with the records of their answers; none where those depend on data."""
    found = _EXAMPLE.findall(inspect.cleandoc(command.documentation) + "\n")
    return [(query, answer.splitlines()) for query, answer in found]


def _answer(records: list[str]) -> str:
    return "\n\n```json\n" + "\n".join(records) + "\n```" if records else ""


# ---- what it takes --------------------------------------------------------------------------------------------------


def signature(command: Command) -> str:
    """The command in one line: `name:` where the name must be written, `[…]` where a parameter may lack, `…` where it takes
    several values, in `{ }` where those stand behind a name."""
    shown = (parameter(one) for one in written(command))
    return f"{'' if command.starting else '| '}{command.name} {', '.join(shown)}".rstrip()


def written(command: Command) -> list[Parameter]:
    """The parameters, those without a name first: so a command is mostly written."""
    return sorted(command.signature.parameters, key=lambda one: (one.named, not one.required))


def parameter(parameter: Parameter) -> str:
    """A parameter as the signature has it."""
    text = f"{parameter.name}{':' if parameter.named else ''}"
    if parameter.kind.many:
        text += " {…}"
    elif parameter.variadic:
        text += ", …"
    return text if parameter.required else f"[{text}]"


def _parameters(command: Command) -> Iterator[str]:
    rows = [f"| {_title(one)} | {takes(one)} |" for one in written(command)]
    if rows:
        yield "\n".join(["| parameter | takes |", "| --- | --- |", *rows])
    for one, other in command.excludes:
        yield f"Either `{one}` or `{other}`, not both."


def _title(parameter: Parameter) -> str:
    return f"`{parameter.name}{':' if parameter.named else ''}`{'' if parameter.required else ' (optional)'}"


def takes(parameter: Parameter) -> str:
    """What it takes, in words."""
    kind = parameter.kind
    text = f"one of {', '.join(f'`{o}`' for o in kind.options)}" if kind.options else TAKES[kind.role]
    types = "" if kind.options else ", ".join(sorted(kind.types))
    text += f": {types}" if types else ""
    text += f", {kind.limits}" if kind.limited and not kind.options else ""
    text += {"optional": "; `name = …` names it", "mandatory": "; with a name: `name = …`", "": ""}[kind.assign]
    text += "; several in `{ }`" if kind.many else "; several, parted by commas" if parameter.variadic else ""
    default = parameter.default if parameter.default not in ((), None, "") and not parameter.required else None
    text += f"; {text_of(default)} where it is left out" if isinstance(default, (bool, int, float)) else ""
    return text.replace("|", "\\|") + ("; has no effect here" if kind.hint else "")
