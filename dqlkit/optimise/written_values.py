"""A value that a pattern finds and of which only the text is read stays the text that it is.

Before:

    fetch logs | parse content, "LD IPADDR:ip" | filter startsWith(toString(ip), "10.") | summarize n = count(), by:{host}

After:

    Aggregate keys={host} values={n = count()}
      Filter condition=startsWith(ip, "10.")
        Project fields={host, ip = parsedText(content, "LD IPADDR:ip")}
          Scan table=logs
"""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.functions.conversion.texts import to_string
from dqlkit.functions.lazy import dpl
from dqlkit.functions.pattern import parse, parsed_record, parsed_text
from dqlkit.optimise.demand import member_of
from dqlkit.optimise.known import Known
from dqlkit.plan.expressions import Call, Column, Expression, Literal, Loop, walk
from dqlkit.plan.expressions import rewrite as rewritten
from dqlkit.plan.operators import Operator, calls
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.project import Project
from dqlkit.plan.transform import map_expressions

__all__ = ["OF", "change"]

OF = (Operator,)


def change(operator: Operator, known: Known) -> Operator:
    if not any(map(_written, calls(operator))):
        return operator
    wanted = known.wanted if isinstance(operator, Filter) else None
    if isinstance(operator, Filter) and wanted is not None:
        operator = _over_texts(operator, frozenset(wanted))
    return map_expressions(operator, lambda one: rewritten(one, _text))


def _over_texts(operator: Filter, wanted: frozenset[str]) -> Filter:
    """The condition over texts, where it alone reads the values and reads nothing but their texts."""
    made = operator.source
    if not isinstance(made, Project):
        return operator
    texts = {
        field.name: text
        for field in made.fields
        if field.name not in wanted and _is_only_written(field.name, operator.condition)
        if (text := _text(Call(to_string, (field.expression,)))) is not None
    }
    if not texts:
        return operator

    def read(node: Expression) -> Expression | None:
        held = _written(node)
        return held if isinstance(held, Column) and held.name in texts else None

    fields = tuple(replace(field, expression=texts.get(field.name, field.expression)) for field in made.fields)
    return replace(operator, source=replace(made, fields=fields), condition=rewritten(operator.condition, read))


def _is_only_written(name: str, condition: Expression) -> bool:
    """Whether a condition reads of a field nothing but what `toString` says of it."""
    inside = list(walk(condition))
    read, written = inside.count(Column(name)), [_written(node) for node in inside].count(Column(name))
    return read == written and not any(isinstance(node, Loop) for node in inside)


def _written(node: Expression) -> Expression | None:
    """What an expression is the text of."""
    if not isinstance(node, Call) or node.function is not to_string:
        return None
    held = node.arguments[0]
    return held if isinstance(held, Expression) else None


def _text(node: Expression) -> Expression | None:
    """The text of a value that a pattern finds, found without the value; None for any other expression."""
    value = _written(node)
    call, path = (None, ()) if value is None else member_of(value)
    if not isinstance(call, Call) or call.function not in (parse, parsed_record):
        return None
    text, pattern, base_time = call.arguments
    if not isinstance(text, Expression) or not isinstance(pattern, Literal) or base_time is not None:
        return None
    compiled = dpl.compiled(str(pattern.value)).pattern
    if compiled is None or compiled.written is None:
        return None
    found = tuple(compiled.exports) if call.function is parsed_record else ()
    return Call(parsed_text, (text, pattern)) if path == found else None
