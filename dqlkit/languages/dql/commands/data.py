"""`data`: records written into the query."""

from __future__ import annotations

import json as json_text

from dqlkit.diagnostics import error
from dqlkit.functions.vocabulary import Record, String
from dqlkit.languages.dql.bind import Binder
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Constant, Plain
from dqlkit.plan.expressions import Literal as PlanLiteral
from dqlkit.plan.expressions import literal
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.records import Records
from dqlkit.types.json import read_document


@command(excludes=(("record", "json"),))
def data(*record: Constant[Record], json: Plain[String] | None = None, bind: Binder) -> Operator:
    """Records for a try: `record(…)` expressions, or a JSON object or array of objects.

    JSON integers are longs, other numbers doubles; what a record lacks is null.

    >>> data record(city = "Linz", total = 12), record(city = "Wien")
    {"city":"Linz","total":12}
    {"city":"Wien","total":null}
    """
    if json is None:
        return Records(record)
    try:
        found = read_document(json)
    except ValueError as problem:
        bind.diagnostics.append(error("E013", bind.span, f"expected JSON: {problem}", help="Check the text."))
        found = []
    objects = found if isinstance(found, list) else [found]
    if not all(isinstance(item, dict) for item in objects):
        bind.diagnostics.append(error("E013", bind.span, "expected a JSON object or an array of objects"))
        objects = []
    return Records(tuple(map(literal, objects)))


@data.lifts(Records)
def _(operator: Records) -> Written:
    read = [expression.value for expression in operator.expressions if isinstance(expression, PlanLiteral)]
    if not read:
        return written(record=operator.expressions)
    return written(json=json_text.dumps(read, ensure_ascii=False))
