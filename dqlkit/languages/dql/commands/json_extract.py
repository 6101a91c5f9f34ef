"""`jsonExtract`: the members of a JSON text as fields."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Name, Value
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.extract import Extract


@command(experimental=True)
def json_extract(source: Operator, input: Value, *, conflicts: Name = "") -> Operator:
    r"""Make a field of each member of a JSON object. Existing fields stay; members of their names go into `conflicts`.

    >>> data record(text = "{\"a\": 1}") | jsonExtract text
    {"text":"{\"a\": 1}","a":1}
    """
    return Extract(source, input, conflicts)


@json_extract.lifts(Extract)
def _(operator: Extract) -> Written:
    return written(input=operator.text, conflicts=operator.conflicts or None)
