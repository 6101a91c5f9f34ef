"""The table of rules and other codes, and `places.py`, made from the declarations.

`python -m dqlkit.linting.documentation` writes both again.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

from dqlkit.diagnostics.codes import Code, codes
from dqlkit.frozen import Field, fields
from dqlkit.linting import rules as rules_folder
from dqlkit.linting.catalogue import rules
from dqlkit.linting.rule import Rule

__all__ = ["PAGE", "declared", "page", "places"]

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"

_FAMILIES = {
    "A": "ADQL",
    "B": "Probably not what was meant",
    "C": "Cost",
    "D": "Deprecation",
    "E": "Syntax and catalogue",
    "P": "Restricted contexts",
    "R": "Running a query (not of the linter)",
    "S": "Style",
    "T": "Translation (not of the linter)",
    "V": "Dashboards, notebooks, variables",
    "X": "Security",
    "Z": "The linter itself",
}


_COST = [
    "Findings of rules with a weight (C) never fail a run by themselves; `--max-cost` limits the sum of the weights. In a",
    "file that says nothing of how its query runs they are infos.",
]


def page() -> str:
    """The page as Markdown."""
    lines = [
        "# Rules",
        "",
        "`dqlkit rule CODE` shows a rule with its reasons and examples, and what an error of running or translating means.",
        *_COST,
        "",
    ]
    known: list[Rule | Code] = sorted([*rules().values(), *codes().values()], key=lambda one: one.code)
    for letter, family in groupby(known, key=lambda one: one.code[0]):
        lines += [
            f"## {letter}: {_FAMILIES[letter]}",
            "",
            "| code | name | severity | what |",
            "| --- | --- | --- | --- |",
        ]
        lines += [*map(_row, family), ""]
    return "\n".join(lines)


def _row(rule: Rule | Code) -> str:
    notes = "; ".join(_notes(rule)) if isinstance(rule, Rule) else ""
    what = rule.summary.replace("|", "\\|") + (f" ({notes})" if notes else "")
    return f"| {rule.code} | {rule.name} | {rule.severity} | {what} |"


def _notes(rule: Rule) -> Iterator[str]:
    if not rule.default:
        yield "off by default"
    if rule.contexts:
        yield "in " + ", ".join(sorted(rule.contexts))
    if rule.weight:
        yield f"weight {rule.weight}"


def declared() -> list[Rule]:
    """The rules as their files declare them, by code. Each file is imported."""
    found = []
    for file in sorted(Path(rules_folder.__file__).parent.glob("[a-z]*.py")):
        module = import_module(f"dqlkit.linting.rules.{file.stem}")
        found += [one for one in vars(module).values() if isinstance(one, Rule) and one.file == file.stem]
    return sorted(found, key=lambda rule: rule.code)


def places() -> str:
    """The text of `places.py`."""
    return _PLACES.format("".join(f"    {_source(rule)},\n" for rule in declared()))


_PLACES = '''"""What the files of rules declare: written by `python -m dqlkit.linting.documentation`, held current by a test."""

from dqlkit.linting.rule import Rule

RULES = (
{})
'''


def _source(rule: Rule) -> str:
    """The declaration as a call, without what holds by default."""
    given = ((one.name, getattr(rule, one.name)) for one in fields(rule) if getattr(rule, one.name) != _default(one))
    return "Rule(\n" + "".join(f"        {name}={_literal(value)},\n" for name, value in given) + "    )"


def _default(one: Field[Any]) -> object:
    return {} if one.name == "options" else one.default


def _literal(value: object) -> str:
    shown = f"frozenset({sorted(value)!r})" if isinstance(value, frozenset) else repr(value)
    return shown.replace("'", '"')


if __name__ == "__main__":
    Path(__file__).with_name("places.py").write_text(places(), "utf-8")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
