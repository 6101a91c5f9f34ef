"""What a code of a finding or an error says and why: rules of the linter with examples, and the codes R… and T…"""

from __future__ import annotations

import inspect
import json
import textwrap
from typing import TYPE_CHECKING

from dqlkit.cli import terminal
from dqlkit.cli.arguments import Arguments
from dqlkit.cli.nearest import nearest

if TYPE_CHECKING:
    import argparse

    from dqlkit.diagnostics.codes import Code
    from dqlkit.linting.rule import Rule


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rules", nargs="*", metavar="RULE", help="a code or a name")
    parser.add_argument("--all", action="store_true", help="every rule, and every code")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")


def names() -> list[str]:
    """What can be named, for completion."""
    from dqlkit.diagnostics.codes import codes
    from dqlkit.linting.catalogue import rules

    return [*rules(), *codes()]


def run(arguments: Arguments) -> int:
    from dqlkit.diagnostics.codes import codes
    from dqlkit.linting.catalogue import rules

    known: list[Rule | Code] = [*rules().values(), *codes().values()]
    if not arguments.rules and not arguments.all:
        for one in known:
            print(f"{one.code}  {one.name:<32} {one.summary}")
        return 0
    chosen = known if arguments.all else [_named(name, known) for name in arguments.rules]
    if arguments.output_format == "json":
        print(json.dumps([_object(one) for one in chosen], indent=2, ensure_ascii=False))
    else:
        print("\n\n".join(map(_page, chosen)))
    return 0


def _named(name: str, known: list[Rule | Code]) -> Rule | Code:
    found = next((one for one in known if name.upper() == one.code or name.lower() == one.name), None)
    if found is None:
        raise terminal.UsageError(
            f"there is no rule {name!r}{nearest(name, [n for o in known for n in (o.code, o.name)])}"
        )
    return found


def _object(one: Rule | Code) -> dict[str, object]:
    from dqlkit.linting.rule import Rule

    common: dict[str, object] = {"code": one.code, "name": one.name, "severity": one.severity, "summary": one.summary}
    if not isinstance(one, Rule):
        return common | {"what": one.documentation}
    return {
        **common,
        "default": one.default,
        "contexts": sorted(one.contexts),
        "languages": sorted(one.languages),
        "weight": one.weight,
        **{section.lower(): text for section, text in one.sections.items()},
    }


def _page(one: Rule | Code) -> str:
    from dqlkit.linting.rule import Rule

    if isinstance(one, Rule):
        off, text = "" if one.default else ", off by default", inspect.cleandoc(one.documentation)
    else:
        off, text = "", one.documentation
    return f"{one.code} {one.name} ({one.severity}{off})\n\n{textwrap.indent(text, '  ')}"
