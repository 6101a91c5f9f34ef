"""The table of rules and other codes, made from their declarations: `python -m dqlkit.linting.documentation` writes it again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from dqlkit.diagnostics.codes import Code, codes
from dqlkit.linting.rule import Rule
from dqlkit.linting.rules import rules

__all__ = ["PAGE", "page"]

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


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8")
