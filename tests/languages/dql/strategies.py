"""Queries of all commands, whose arguments are made from the commands' signatures."""

from __future__ import annotations

from hypothesis import strategies as st

from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql.commands import commands

__all__ = ["commanded"]

_fields = st.sampled_from(("a", "b.c", "`d e`", "timestamp"))
_expressions = st.sampled_from(
    ("a", "b.c + 1", "lower(a)", "not b", '"x"', "-2.5", "a[0]", "b[`c d`]", "timestamp - 1d", "3h", "a in [fetch u]")
)
_conditions = st.sampled_from(("a == 1", "b or c and not d", 'contains(a, "x")', "isNull(b.c)"))
_aggregations = st.sampled_from(
    ("count()", "sum(a)", "percentile(b, 90)", "countIf(a > 1)", "collectArray(a, maxLength:5)")
)
_blocks = st.sampled_from(("[fetch u]", "[data record(a = 1) | limit 2]"))
#: Literals and constants of the types that parameters of commands take.
_OF_TYPES = {
    "timeframe": ('"2024-05-17T10:00:00Z/2024-05-17T11:00:00Z"', "timeframe(from:now() - 1d, to:now())"),
    "timestamp": ("now() - 1d", '"2024-05-17T10:00:00Z"', "-1d@d", "@M"),
    "duration": ("5m", "1h", "2d"),
    "record": ('record(a = 1, b = null, c = array(1.0, "x"))', "record(t = now(), `d e` = record())"),
    "long": ("0", "5"),
    "double": ("0", "2.5"),
    "string": ('"x"', '"p."'),
    "boolean": ("true", "false"),
}


def _value(parameter: Parameter) -> st.SearchStrategy[str]:
    kind = parameter.kind
    literals = st.sampled_from(next((texts for name, texts in _OF_TYPES.items() if name in kind.types), ("1",)))
    paths = st.sampled_from(('"/lookups/x"', '"/lookups/a.b/c-d"'))
    found: dict[str, st.SearchStrategy[str]] = {
        "expression": _conditions if kind.types == {"boolean"} else _expressions,
        "constant": literals,
        "plain": literals,
        "field": _expressions,
        "aggregated": _aggregations,
        "sorted": st.builds(lambda one, way: one + way, _expressions, st.sampled_from(("", " asc", " desc"))),
        "name": _fields,
        "table": paths if kind.reads else paths | st.sampled_from(("t", "`u v`")),
        "pattern": st.sampled_from(('"INT:n"', '"""LD:a \'"\' EOL"""')),
        "types": st.sampled_from(("HOST", '"K8S_*"', '"*"')),
        "names pattern": st.sampled_from(("a", '"b*"', '"*"')),
        "renamed": _fields,
        "block": _blocks,
        "on": st.sampled_from(("a", "left[a] == right[b.c]")),
        "choice": st.sampled_from(kind.options or ("",)),
        "series": _aggregations,
        "metric": st.sampled_from(
            ("avg(m)", "count(`m n`, default:0)", "sum(o, filter:a == 1, rollup:max)", "start()")
        ),
        "search": st.sampled_from(('"x"', '"x" and a ~ "y"', "not a == 1")),
    }
    value = found[kind.role]
    if not kind.assign:
        return value
    named = st.builds("{} = {}".format, _fields, value)
    return named if kind.assign == "mandatory" else value | named


def _argument(parameter: Parameter) -> st.SearchStrategy[str]:
    several = parameter.kind.many or parameter.variadic
    values = st.lists(_value(parameter), min_size=1, max_size=3 if several else 1, unique=True)
    if parameter.kind.many:
        members = values.map(lambda found: "{" + ", ".join(found) + "}")
        return members.map(lambda found: f"{parameter.name}:{found}") if parameter.named else members
    joined = values.map(", ".join)
    return joined.map(lambda found: f"{parameter.name}:{found}") if parameter.named else joined


@st.composite
def _command(draw: st.DrawFn, starting: bool) -> str:
    command = draw(st.sampled_from([one for one in commands().values() if one.starting is starting]))
    given: list[Parameter] = []
    for parameter in command.signature.parameters:
        beside = {one for pair in command.excludes if parameter.name in pair for one in pair}
        if not any(one.name in beside for one in given):
            given += [parameter] if parameter.required or parameter.variadic or draw(st.booleans()) else []
    return f"{command.name} " + ", ".join(draw(_argument(parameter)) for parameter in given)


@st.composite
def commanded(draw: st.DrawFn) -> str:
    """A query of one to three commands, the first of which reads records."""
    return " | ".join([draw(_command(True)), *draw(st.lists(_command(False), max_size=2))])
