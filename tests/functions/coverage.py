"""How the declared functions compare with a catalogue of the language: `python -m tests.functions.coverage CATALOGUE`.

A catalogue is a JSON object with a list `functions`; each has a `name`, a `category` and `signatures`, the first of
which lists `params` with `name`, `required`, `named`, `variadic` and `types`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dqlkit.functions import catalogue
from dqlkit.functions.function import Family, Function, declared
from dqlkit.functions.signature import Parameter

__all__ = ["Row", "compare", "table"]

Entry = Mapping[str, Any]

#: The families in which a category of the catalogue looks; any other holds scalar functions.
_FAMILIES: dict[str, tuple[Family, ...]] = {
    "aggregation": ("aggregation",),
    "iterative": ("iterative",),
    "expression timeseries": ("aggregation", "series"),
    "timeseries": ("aggregation", "series"),
}
#: Categories whose further parameters belong to the series, not to the function.
_SERIES = ("expression timeseries", "timeseries")


class Row(NamedTuple):
    """A category: how many functions the catalogue has, are declared, run on whole columns; and what differs."""

    category: str
    listed: int
    declared: int
    on_columns: int
    differences: list[str]


def compare(entries: Iterable[Entry]) -> list[Row]:
    """A row per category of the catalogue, in its order."""
    categories: dict[str, list[Entry]] = {}
    for entry in entries:
        categories.setdefault(entry["category"], []).append(entry)
    return [_row(category, listed) for category, listed in sorted(categories.items())]


def _row(category: str, entries: list[Entry]) -> Row:
    pairs = [(entry, _declared(entry)) for entry in entries]
    there = [function for _, function in pairs if function is not None]
    fast = sum(1 for function in there if function.lowerings or not function.signature.parameters)
    differences = [text for entry, function in pairs for text in _differences(entry, function)]
    return Row(category, len(entries), len(there), fast, differences)


def _declared(entry: Entry) -> Function[..., Any] | None:
    families = _FAMILIES.get(entry["category"], ("scalar",))
    return next((f for f in declared() if f.name == entry["name"] and f.family in families and not f.only), None)


def _differences(entry: Entry, function: Function[..., Any] | None) -> Iterator[str]:
    name = entry["name"]
    if function is None:
        yield f"{name}: not declared"
        return
    if entry["category"] in _SERIES:
        return
    for flag in ("experimental", "deprecated"):
        if bool(entry.get(flag)) != bool(getattr(function, flag)):
            yield f"{name}: {flag} in one of the two only"
    listed = entry["signatures"][0]["params"]
    given = [parameter for parameter in function.signature.parameters if parameter.kind.role != "names"]
    if list(map(_shape, listed)) != list(map(_own_shape, given)):
        yield f"{name}: other parameters"
        return
    for one, parameter in zip(listed, given, strict=True):
        accepted = _accepted(function, parameter)
        if one.get("types") and set(one["types"]) - {"any"} != accepted:
            yield f"{name}: {parameter.name} takes {' or '.join(sorted(accepted)) or 'any'}"


def _shape(parameter: Entry) -> tuple[str, bool, bool]:
    return parameter["name"], bool(parameter.get("required")), bool(parameter.get("named"))


def _own_shape(parameter: Parameter) -> tuple[str, bool, bool]:
    return parameter.name, parameter.required or parameter.variadic, parameter.named


def _accepted(function: Function[..., Any], parameter: Parameter) -> set[str]:
    if parameter.kind.role == "field name":
        return set()
    if function.family == "iterative":  # the catalogue says what an element is
        return set((parameter.kind.element or parameter.kind).types)
    accepted = set(function.accepted(parameter))
    return accepted | {"array"} if function.unwraps else accepted


def table(rows: Iterable[Row]) -> str:
    """The comparison as Markdown."""
    rows = list(rows)
    lines = [f"| {r.category} | {r.listed} | {r.declared} | {r.on_columns} | {len(r.differences)} |" for r in rows]
    differences = [text for row in rows for text in row.differences]
    sums = " | ".join(str(sum(counts)) for counts in zip(*(row[1:4] for row in rows), strict=True))
    head = ["| category | listed | declared | on columns | differ |", "| --- | ---: | ---: | ---: | ---: |"]
    total = f"| all | {sums} | {len(differences)} |"
    return "\n".join([*head, *lines, total, "", *(f"- {text}" for text in differences)]).rstrip()


if __name__ == "__main__":
    catalogue()
    print(table(compare(json.loads(Path(sys.argv[1]).read_text("utf-8"))["functions"])))
