"""Makes up records for a query from the fields that it names: enough for it to run on, and mostly to answer something.

The functions and operators around a field say what it should hold: text where text is wanted, a number beside a number.
Where nothing says anything, the name does (`timestamp`, `duration`, `…id`), else it is text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from textwrap import indent
from typing import Any

from dqlkit.checks.patterns import text_for
from dqlkit.checks.sources import Named, NoQuery
from dqlkit.checks.yaml_text import dumped
from dqlkit.errors import DqlkitError
from dqlkit.functions.operators import greater, less, not_equals, search
from dqlkit.functions.string import matching
from dqlkit.languages import language_named
from dqlkit.languages.statement import Statement
from dqlkit.plan.expressions import Call, Column, Expression, Literal, Loop, walk
from dqlkit.plan.flow import flows
from dqlkit.plan.operators import Operator, Reader
from dqlkit.plan.ops.parse import Parse
from dqlkit.plan.schema import Schema
from dqlkit.plan.timerange import TIME_FIELDS
from dqlkit.plan.walk import expressions, operators
from dqlkit.plan.wanted import needs
from dqlkit.run.session import Session
from dqlkit.types.text import format_instant
from dqlkit.types.values import Duration, Timeframe, Timestamp, type_of
from dqlkit.wire.values import wire

__all__ = ["NOW", "tables_for", "test_for"]

NOW = Timestamp(1_767_700_000_000_000_000)
ROWS = 9
#: So many records are such that conditions let them through; the others need not be.
_FITTING = 6
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
    names = {name for stream in flows(plan) for operator, schema in stream for name in _of_table(operator, schema)}
    fields = {name: _values(name, wanted.get(name, Counter()), constants.get(name, [])) for name in sorted(names)}
    fields.setdefault("timestamp", [Timestamp(NOW.nanos - (k // 2 + 1) * _MINUTE) for k in range(ROWS)])
    wants = needs(plan)
    return {
        reader.table: _rows(fields, wants[reader.table].fields if reader.table in wants else None)
        for reader in found
        if isinstance(reader, Reader)
    }


def _of_table(operator: Operator, schema: Schema) -> Iterator[str]:
    """The fields that a stage reads and none before it made; in a stage over two streams all."""
    made = schema.fields.keys() - schema.stored if len(operator.inputs) < 2 else ()
    for expression in expressions(operator):
        yield from (node.name for node in walk(expression) if isinstance(node, Column) and node.name not in made)


def _rows(fields: Mapping[str, list[Any]], wanted: Collection[str] | None) -> list[dict[str, Any]]:
    """Records with the fields that the query wants of a table, and the time."""
    names = [name for name in fields if wanted is None or name in wanted or name == "timestamp"]
    return [{name: fields[name][k] for name in names} for k in range(ROWS)]


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


_COMPARED = (str, int, float, Duration)


def _constants(found: list[Operator]) -> dict[str, list[Any]]:
    """Values that make the conditions on fields true, so that filters let something through."""
    constants: dict[str, list[Any]] = defaultdict(list)
    for call in _calls(found):
        columns = [a.name for a in _flat(call) if isinstance(a, Column)]
        values = [a.value for a in _flat(call) if isinstance(a, Literal) and isinstance(a.value, _COMPARED)]
        if len(columns) == 1 and not _pattern_of(call):
            constants[columns[0]] += [_fitting(call, value) for value in values]
    for column, pattern in _matched(found):
        text = text_for(pattern, constants)
        constants[column] = [*([] if text is None else [text]), *constants[column]]
    return constants


def _matched(found: list[Operator]) -> Iterator[tuple[str, str]]:
    """The fields whose texts have to match a pattern, each with it."""
    for operator in found:
        if isinstance(operator, Parse) and isinstance(operator.text, Column):
            yield operator.text.name, operator.pattern
    for call in _calls(found):
        columns = [argument.name for argument in call.arguments if isinstance(argument, Column)]
        yield from ((column, pattern) for column in columns[:1] if (pattern := _pattern_of(call)))


def _pattern_of(call: Call) -> str:
    """The pattern that a call is given; "" for a function that takes none."""
    given = zip(call.function.signature.parameters, call.arguments, strict=True)
    patterns = (a.value for p, a in given if p.kind.role in _PATTERNS and isinstance(a, Literal))
    return next((pattern for pattern in patterns if isinstance(pattern, str)), "")


_PATTERNS = ("pattern", "nameless pattern")


def _fitting(call: Call, value: Any) -> Any:
    """A value for which a test against a constant is true, as far as the function tells."""
    function = call.function
    if isinstance(value, str):
        made = _TEXTS.get(function)
        return made(value) if made else value
    if isinstance(value, Duration):
        return Duration(_fitting(call, value.nanos))
    step = _STEPS.get(function, 0)
    swapped = call.arguments and isinstance(call.arguments[0], Literal)
    return value if isinstance(value, bool) else value + (-step if swapped and function is not not_equals else step)


_STEPS: dict[object, int] = {greater: 1, less: -1, not_equals: 1}

_TEXTS: dict[object, Callable[[str], str]] = {
    matching.contains: "made of {} and more".format,
    matching.matches_phrase: "made of {} and more".format,
    search: "made of {} and more".format,
    matching.starts_with: "{} and more".format,
    matching.ends_with: "made of {}".format,
    matching.matches_value: lambda text: text.replace("*", "more"),
    matching.like: lambda text: text.replace("%", "more").replace("_", "x"),
    not_equals: "not {}".format,
}


def _flat(call: Call) -> Iterator[Expression]:
    for argument in call.arguments:
        if isinstance(argument, tuple):
            yield from argument
        elif isinstance(argument, Expression):
            yield argument


def _values(name: str, votes: Counter[str], constants: list[Any]) -> list[Any]:
    order = [*_MAKERS, *votes]  # of equal votes the simpler type
    kind = (
        type_of(constants[0]).name if constants else max(votes, key=lambda k: (votes[k], -order.index(k)), default="")
    )
    named = next((k for k, names in _NAMES.items() if name in names), "")
    make = _MAKERS.get(kind or named or "string", _MAKERS["string"])
    if name in _NAMES["timestamp"]:
        make = _MAKERS["timestamp"]
    made = [make(k) for k in range(ROWS)]
    fitting = [value for value in constants if type(value) is type(made[0])]
    if not fitting:
        return [*made[:-1], None]
    return [*(fitting[k % len(fitting)] for k in range(_FITTING)), *made[: ROWS - _FITTING - 1], None]


_MAKERS: dict[str, Any] = {
    "string": lambda k: f"value {k // 3}",
    "long": lambda k: 10 * k,
    "double": lambda k: k / 2,
    "boolean": lambda k: k % 2 == 0,
    "timestamp": lambda k: Timestamp(NOW.nanos - (k // 2 + 1) * _MINUTE),
    "duration": lambda k: Duration(k * _MINUTE),
    "timeframe": lambda k: Timeframe(Timestamp(NOW.nanos - (k + 5) * _MINUTE), NOW),
    "array": lambda k: [float(n) for n in range(k + 1)],
    "record": lambda k: {"a": k, "name": f"value {k}"},
    "ip": lambda k: f"10.0.0.{k}",
}


# ---- a test for a query ---------------------------------------------------------------------------------------------


def test_for(query: Named, given: str) -> str:
    """A test file for a query, over made-up records, which expects what the query answers over them.

    `given` is how the file names the query. Raises `NoQuery` for one with errors.
    """
    statement = Statement(query.text, query.language, query.part)
    plan = statement.plan
    if statement.errors or not isinstance(plan, Operator):
        raise NoQuery("\n".join(map(str, statement.errors)) or f"{query.shown} is no query")
    variables = {found.name: "value" for found in language_named(query.language).bind(statement.parsed).variables}
    if variables:
        plan = statement.ready(variables).plan
        assert isinstance(plan, Operator)
    tables = tables_for(plan)
    now = format_instant(NOW)
    try:
        answer = Session(tables, now=now, variables=variables or None).query(query.text, query.language, query.part)
        expect: dict[str, Any] = {"records": answer.typed().records}
    except DqlkitError as problem:
        expect = {"error": problem.diagnostics[0].code if problem.diagnostics else str(problem)}
    test = {"name": query.embedded.pointer or "answers", "query": given if query.path else query.text, "expect": expect}
    content = {"now": now, **({"variables": variables} if variables else {})}
    written = {name: _written(rows) for name, rows in tables.items()}
    return _document(content, written, test)


def _written(rows: list[dict[str, Any]]) -> Any:
    """Records as a test file has them: with the types of fields where the values do not tell them."""
    kinds: dict[str, str] = {}
    for row in rows:
        for name, value in row.items():
            if isinstance(value, (Duration, Timeframe)) or (isinstance(value, Timestamp) and name not in TIME_FIELDS):
                kinds[name] = type_of(value).name
    records = [{name: wire(value) for name, value in row.items()} for row in rows]
    records = [{name: _number(row[name], made[name]) for name in row} for row, made in zip(records, rows, strict=True)]
    return {"types": kinds, "records": records} if kinds else records


def _number(written: Any, value: Any) -> Any:
    return int(written) if isinstance(value, (int, Duration)) and not isinstance(value, bool) else written


def _document(content: Mapping[str, Any], tables: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    """The file, with one line for each record."""
    lines = [dumped(dict(content), flow=False), "tables:"]
    for name, table in tables.items():
        lines.append(f"  {dumped(name, flow=True)}:")
        margin, records = "    ", table
        if isinstance(table, dict):
            lines += [f"    types: {dumped(table['types'], flow=True)}", "    records:"]
            margin, records = "      ", table["records"]
        lines += [f"{margin}- {dumped(record, flow=True)}" for record in records]
    query = test["query"]
    lines += ["tests:", f"  - name: {dumped(test['name'], flow=True)}"]
    lines.append(f"    query: {_quoted(query)}" if "\n" not in query else "    query: |\n" + indent(query, " " * 6))
    expect = test["expect"]
    if expect.get("records"):
        lines += ["    expect:", "      records:"]
        lines += [f"        - {dumped(record, flow=True)}" for record in expect["records"]]
    else:
        lines.append(f"    expect: {dumped(expect, flow=True)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
