"""Tables for a query, made from the fields that it names: enough for it to run on.

The functions and operators around a field say what it should hold: text where text is wanted, a number beside a number.
Where nothing says anything, the name does (`timestamp`, `duration`, `…id`), else it is text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from dqlkit.plan.expressions import Call, Column, Expression, Literal, Loop, walk
from dqlkit.plan.operators import Operator, Reader
from dqlkit.plan.walk import expressions, operators
from dqlkit.types.values import Duration, Timeframe, Timestamp

__all__ = ["NOW", "tables_for"]

NOW = Timestamp(1_767_700_000_000_000_000)
ROWS = 6
_MINUTE = 60_000_000_000
_NAMES = {
    "timestamp": ("timestamp", "start_time", "end_time", "event.start", "event.end"),
    "duration": ("duration", "response_time"),
}


def tables_for(plan: Operator) -> dict[str, list[dict[str, Any]]]:
    """Records for every table that the plan reads."""
    found = list(operators(plan))
    wanted = _wanted(found)
    constants = _constants(found)
    names = {
        node.name for operator in found for e in expressions(operator) for node in walk(e) if isinstance(node, Column)
    }
    fields = {name: _values(name, wanted.get(name, Counter()), constants.get(name, [])) for name in sorted(names)}
    fields.setdefault("timestamp", [Timestamp(NOW.nanos - k * _MINUTE) for k in range(ROWS)])
    rows = [{name: values[k] for name, values in fields.items()} for k in range(ROWS)]
    return {reader.table: rows for reader in found if isinstance(reader, Reader)}


def _calls(found: list[Operator]) -> Iterator[Call]:
    for operator in found:
        for expression in expressions(operator):
            yield from (node for node in walk(expression) if isinstance(node, Call))


def _wanted(found: list[Operator]) -> dict[str, Counter[str]]:
    """How often each type is wanted of each field."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for call in _calls(found):
        for parameter, argument in zip(call.function.signature.parameters, call.arguments, strict=True):
            for item in argument if isinstance(argument, tuple) else (argument,):
                if isinstance(item, Column):
                    accepted = call.function.accepted(parameter)
                    votes[item.name].update(accepted if len(accepted) <= 4 else [])
        literals = [a.kind.name for a in call.arguments if isinstance(a, Literal) and a.value is not None]
        columns = [a.name for a in call.arguments if isinstance(a, Column)]
        if call.function.family == "operator" and len(call.arguments) == 2:
            for name in columns:
                votes[name].update(literals * 3)
    for operator in found:
        for expression in expressions(operator):
            for node in walk(expression):
                if isinstance(node, Loop):
                    votes_of(node, votes)
    return votes


def votes_of(loop: Loop, votes: dict[str, Counter[str]]) -> None:
    for source in loop.sources:
        if isinstance(source, Column):
            votes[source.name].update(["array"] * 5)


def _constants(found: list[Operator]) -> dict[str, list[Any]]:
    """Values that fields are compared with, so that filters let something through."""
    constants: dict[str, list[Any]] = defaultdict(list)
    for call in _calls(found):
        columns = [a.name for a in _flat(call) if isinstance(a, Column)]
        values = [a.value for a in _flat(call) if isinstance(a, Literal) and isinstance(a.value, (str, int, float))]
        if len(columns) == 1:
            constants[columns[0]] += values
    return constants


def _flat(call: Call) -> Iterator[Expression]:
    for argument in call.arguments:
        if isinstance(argument, tuple):
            yield from argument
        elif isinstance(argument, Expression):
            yield argument


def _values(name: str, votes: Counter[str], constants: list[Any]) -> list[Any]:
    kind = max(sorted(votes), key=lambda k: votes[k], default="")
    named = next((k for k, names in _NAMES.items() if name in names), "")
    make = _MAKERS.get(kind or named or "string", _MAKERS["string"])
    if name in _NAMES["timestamp"]:
        make = _MAKERS["timestamp"]
    made = [make(k) for k in range(ROWS)]
    fitting = [value for value in constants if type(value) is type(made[0])]
    return [*fitting[:3], *made, None][:ROWS] if fitting else [*made[:-1], None]


_MAKERS: dict[str, Any] = {
    "string": lambda k: f"value {k}",
    "long": lambda k: 10 * k,
    "double": lambda k: k / 2,
    "boolean": lambda k: k % 2 == 0,
    "timestamp": lambda k: Timestamp(NOW.nanos - k * _MINUTE),
    "duration": lambda k: Duration(k * _MINUTE),
    "timeframe": lambda k: Timeframe(Timestamp(NOW.nanos - (k + 5) * _MINUTE), NOW),
    "array": lambda k: [float(n) for n in range(k + 1)],
    "record": lambda k: {"a": k, "name": f"value {k}"},
    "ip": lambda k: f"10.0.0.{k}",
}
