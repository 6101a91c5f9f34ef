"""Queries with records that answers over a cluster are tried with: the plain-text cases, and the vendor's published examples.

Records that a query writes itself become a table, since only tables are read in parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import dqlkit
from dqlkit.engines.cluster.ports import Port
from dqlkit.engines.reference import Interpreter
from dqlkit.engines.table import EVERYTHING
from dqlkit.errors import DqlkitError
from dqlkit.functions.context import Context
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.records import Records
from dqlkit.plan.walk import map_operators
from dqlkit.run.options import Options
from dqlkit.run.tables import tables_of
from dqlkit.types.values import Value
from tests.engines.every import alike, through
from tests.shared import lines
from tests.test_cases import CASES, Case

__all__ = ["Sample", "cases", "differs", "examples_of_the_vendor"]


class Sample(NamedTuple):
    """A plan over tables."""

    name: str
    plan: Operator
    tables: dict[str, list[dict[str, Value]]]
    context: Context


def cases() -> Iterator[Sample]:
    """The cases of `tests/cases` that have an answer."""
    for case in map(Case, CASES):
        if not case.query.errors:
            yield _sample(case.folder.name, case.query, case.tables, Options(**case.options))


def examples_of_the_vendor() -> Iterator[Sample]:
    """The examples of ../shared; none where it is not."""
    examples = (example for example in lines("conformance/dql.jsonl") if example["kind"] == "query")
    for example in examples:
        query = dqlkit.parse(example["query"], "dql")
        given = {name.removeprefix("$"): records for name, records in (example["input"] or {}).items()}
        asked = {"now": "2026-01-05T12:00:00Z", **example.get("context", {})}
        options = Options(**{name: asked[name] for name in ("now", "timezone") if name in asked})
        if not query.errors:
            yield _sample(example["id"], query, given, options)


def _sample(name: str, query: dqlkit.Query, given: dict[str, Any], options: Options) -> Sample:
    plan, context = query.plan, options.context(lambda: None)
    assert isinstance(plan, Operator)
    tables = {
        table: held.scan(EVERYTHING).frame.records() for table, held in tables_of(plan, given, query.text).items()
    }

    def read(operator: Operator) -> Operator:
        if not isinstance(operator, Records):
            return operator
        table = f"written{len(tables)}"
        tables[table] = list(Interpreter({}, context).run(operator))
        return Fetch(table)

    return Sample(name, map_operators(plan, read), tables, context)


def differs(port: Port, sample: Sample) -> str:
    """What differs between the answer through a port and the one of the row-by-row engine; nothing if they are alike."""
    try:
        wanted = list(Interpreter(sample.tables, sample.context).run(sample.plan))
    except DqlkitError as problem:
        return _fails(port, sample, problem)
    found = through(port, sample.plan, sample.tables, sample.context)
    return "" if alike(wanted, found.records) else f"{wanted}\n{found.records}\n{found.engine}"


def _fails(port: Port, sample: Sample, problem: DqlkitError) -> str:
    try:
        found = through(port, sample.plan, sample.tables, sample.context)
    except DqlkitError:
        return ""
    return f"{problem}\n{found}"
