"""What a lint rule says and why, with examples."""

from __future__ import annotations

import argparse
import inspect
import json
import textwrap

from dqlkit.cli import terminal


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rules", nargs="*", metavar="RULE", help="a code or a name")
    parser.add_argument("--all", action="store_true", help="every rule")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    from dqlkit.linting.rules import rules

    if not arguments.rules and not arguments.all:
        for rule in rules().values():
            print(f"{rule.code}  {rule.name:<32} {rule.summary}")
        return 0
    chosen = [r for r in rules().values() if arguments.all or r.code in arguments.rules or r.name in arguments.rules]
    missing = [name for name in arguments.rules if not any(name in (r.code, r.name) for r in chosen)]
    if missing:
        raise terminal.UsageError(f"there is no rule {missing[0]!r}")
    if arguments.output_format == "json":
        print(json.dumps([_object(rule) for rule in chosen], indent=2, ensure_ascii=False))
    else:
        print("\n\n".join(_page(rule) for rule in chosen))
    return 0


def _object(rule) -> dict[str, object]:  # type: ignore[no-untyped-def]
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "summary": rule.summary,
        "default": rule.default,
        "contexts": sorted(rule.contexts),
        "languages": sorted(rule.languages),
        "weight": rule.weight,
        **{section.lower(): text for section, text in rule.sections.items()},
    }


def _page(rule) -> str:  # type: ignore[no-untyped-def]
    head = f"{rule.code} {rule.name} ({rule.severity}{'' if rule.default else ', off by default'})"
    return f"{head}\n\n{textwrap.indent(inspect.cleandoc(rule.check.__doc__ or ''), '  ')}"
