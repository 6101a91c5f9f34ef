"""`parse`: fields out of a text by a pattern."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Boolean
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Condition, Pattern, Plain, Value
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.parse import Parse


@command(
    in_processors=True,
    akin={
        **dict.fromkeys(("rex", "grok", "pattern"), 'Use `parse field, "…"`, whose patterns are DPL.'),
        **dict.fromkeys(("spath", "json"), 'Use `parse field, "JSON:name"`.'),
        "logfmt": 'Use `parse field, "KVP{…}:name"`.',
    },
)
def parse(
    source: Operator,
    expression: Value,
    pattern: Pattern,
    *,
    preserve_fields_on_failure: Plain[Boolean] = False,
    parsing_prerequisite: Condition | None = None,
    base_time: Value | None = None,
) -> Operator:
    """Read a text by a DPL pattern from its start; every export becomes a field, null where the text does not match.

    Only records for which `parsingPrerequisite` is true are read. `preserveFieldsOnFailure` leaves fields as they are
    where nothing is found. `baseTime` gives points in time their year.

    >>> data record(line = "GET /cart 200") | parse line, "LD:method ' ' LD:path ' ' INT:status"
    {"line":"GET /cart 200","method":"GET","path":"/cart","status":200}
    """
    return Parse(source, expression, pattern, preserve_fields_on_failure, parsing_prerequisite, base_time)


@parse.lifts(Parse)
def _(operator: Parse) -> Written:
    return written(
        expression=operator.text,
        pattern=operator.pattern,
        preserve_fields_on_failure=operator.preserve,
        parsing_prerequisite=operator.prerequisite,
        base_time=operator.base_time,
    )
