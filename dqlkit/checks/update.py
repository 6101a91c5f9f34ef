"""Writes into a test file what its queries answer now: the values of the expectations, everything else stays as it is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import yaml

from dqlkit.checks.expectations import columns_of, types_of
from dqlkit.checks.files import Case
from dqlkit.checks.runner import Outcome, found_cost
from dqlkit.checks.yaml_text import dumped
from dqlkit.diagnostics import Edit, Span, apply_edits
from dqlkit.results import Result

__all__ = ["updated"]


def updated(text: str, outcomes: Sequence[Outcome]) -> str:
    """The text of a test file in which the expectations of tests that fail are what came."""
    root = yaml.compose(text, yaml.SafeLoader)
    tests = _value(root, "tests")
    edits: list[Edit] = []
    for outcome in outcomes:
        test = tests.value[outcome.case.number] if isinstance(tests, yaml.SequenceNode) else None
        if not outcome.passed and isinstance(test, yaml.MappingNode):
            edits += _of_test(text, test, outcome)
    return apply_edits(text, edits)


def _of_test(text: str, test: yaml.MappingNode, outcome: Outcome) -> list[Edit]:
    came = _came(outcome)
    expect = _value(test, "expect")
    if not isinstance(expect, yaml.MappingNode):
        return [_added(text, test, "expect", {"records": came["records"]})] if "records" in came else []
    edits = [_replaced(text, node, came[key]) for key, node in _items(expect) if key in came]
    if outcome.error and not any(key == "error" for key, _ in _items(expect)):
        edits.append(_added(text, expect, "error", came["error"]))
    return edits


def _came(outcome: Outcome) -> dict[str, Any]:
    """What came, by the keys of expectations; what is right as it is is left out."""
    case, found = outcome.case, outcome.findings
    came: dict[str, Any] = {"error": None}
    if case.expected.lint is not None:
        loud = [one.code for one in found if one.severity != "info" or one.code in case.expected.lint]
        came["lint"] = list(dict.fromkeys(loud))
    if case.expected.max_cost is not None:
        came["max_cost"] = max(found_cost(found), case.expected.max_cost)
    if outcome.error:
        message = outcome.error.splitlines()[0]
        came["error"] = message.partition("[")[2].partition("]")[0] or message
    if outcome.came is not None:
        came |= _answered(outcome.came, case)
    return came


def _answered(result: Result, case: Case) -> dict[str, Any]:
    types = types_of(result)
    wanted = case.expected.types or {}
    return {
        "records": result.typed().records,
        "columns": columns_of(result),
        "types": {name: types[name] for name in (*wanted, *types) if name in types and (not wanted or name in wanted)},
    }


# ---- places in the file ---------------------------------------------------------------------------------------------


def _items(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    return [(key.value, value) for key, value in node.value] if isinstance(node, yaml.MappingNode) else []


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    return next((value for name, value in _items(node) if name == key), None)


def _replaced(text: str, node: yaml.Node, value: Any) -> Edit:
    """A value in place of another one, in the style that stands there."""
    start, end = node.start_mark.index, node.end_mark.index
    block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    if not block:
        return Edit(Span(start, end), dumped(value, flow=True))
    end = start + len(text[start:end].rstrip())
    column = node.start_mark.column
    return Edit(Span(start, end), _indented(_block(value), column))


def _block(value: Any) -> str:
    """A value as a block, in which each record is one line."""
    if value and isinstance(value, list):
        return "\n".join(f"- {dumped(one, flow=True)}" for one in value)
    return dumped(value, flow=not value)


def _indented(block: str, column: int) -> str:
    return textwrap.indent(block, " " * column).lstrip(" ")


def _added(text: str, node: yaml.MappingNode, key: str, value: Any) -> Edit:
    """One more key at the end of a mapping."""
    end = node.end_mark.index
    if node.flow_style:
        return Edit(Span(end - 1, end - 1), f", {key}: {dumped(value, flow=True)}")
    end = node.start_mark.index + len(text[node.start_mark.index : end].rstrip())
    margin = " " * node.start_mark.column
    inside = value if isinstance(value, dict) else None
    said = (
        "".join(f"\n{margin}  {name}:{_below(one, margin + '    ')}" for name, one in inside.items()) if inside else ""
    )
    return Edit(Span(end, end), f"\n{margin}{key}:" + (said or _below(value, margin + "  ")))


def _below(value: Any, margin: str) -> str:
    """A value behind its key: on lines of its own where it is a list of records."""
    if value and isinstance(value, list):
        return "\n" + textwrap.indent(_block(value), margin)
    return " " + dumped(value, flow=True)
