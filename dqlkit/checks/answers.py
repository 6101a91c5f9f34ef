"""Compares the answers of two queries over the same records: `-` is what the first one answers, `+` the second one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from dqlkit.checks.expectations import columns_of, compared
from dqlkit.checks.files import Expected
from dqlkit.checks.making import NOW, tables_for
from dqlkit.checks.sources import Named
from dqlkit.errors import DqlkitError
from dqlkit.languages.statement import Statement
from dqlkit.plan.operators import Operator
from dqlkit.results.result import Result
from dqlkit.run.session import Session
from dqlkit.types.text import format_instant

__all__ = ["differing"]


def differing(
    one: Named, other: Named, tables: Mapping[str, object] | None, options: Mapping[str, Any]
) -> Iterator[str]:
    """What differs between the answers, in lines; nothing where they are the same. Without tables records are made up
    from what both queries name."""
    given, made = dict(options), tables is None
    if tables is None:
        tables = _made(one, other)
        given["now"] = given.get("now") or format_instant(NOW)
    session = Session(tables, **given)
    try:
        first, second = (session.query(query.text, query.language, query.part) for query in (one, other))
    except DqlkitError as problem:
        yield f"the answers cannot be compared: {problem}"
        return
    told = _told(first, second, "ignore") or _told(first, second, "keep")
    if told:
        over = "made-up records" if made else "the tables"
        yield f"answers over {over}: {len(first)} {'record' if len(first) == 1 else 'records'} before, {len(second)} after"
        yield from (f"  {line}" for line in told if not line.startswith("records: "))


def _told(first: Result, second: Result, order: Literal["keep", "ignore"]) -> list[str]:
    """What differs between two answers, in lines: first the records whatever their order, since of answers that have
    other records the places say nothing."""
    columns = columns_of(first)
    given = frozenset({"records", "columns"})
    expected = Expected(given=given, records=first.typed().records, columns=columns, order=order)
    return [line for lines in compared(second, expected) for line in lines.splitlines()]


def _made(one: Named, other: Named) -> dict[str, object]:
    """Records with the fields that either query names; where both do, as the first one wants them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for query in (other, one):
        plan = Statement(query.text, query.language, query.part).plan
        for name, rows in (tables_for(plan) if isinstance(plan, Operator) else {}).items():
            before = found.get(name, [{} for _ in rows])
            found[name] = [{**old, **new} for old, new in zip(before, rows, strict=True)]
    return dict(found)
