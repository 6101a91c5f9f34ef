"""The functions of ADQL, each declared once. A file in this folder holds functions.

Their examples are over these four events: `app` Shop, Shop, Desk and none, `ms` 120, 80, 40 and none, a minute apart.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.adql.function import AdqlFunction, Written, declared
from dqlkit.languages.adql.scope import Scope
from dqlkit.languages.adql.vocabulary import Writer
from dqlkit.languages.syntax import tree
from dqlkit.plan.expressions import Call

__all__ = ["find", "functions", "report_unknown", "written"]

#: Names that come from other languages, and what ADQL calls them.
_FOREIGN_NAMES = {
    "average": "avg",
    "mean": "avg",
    "dc": "distinctcount",
    "dcount": "distinctcount",
    "distinct_count": "distinctcount",
    "uniquecount": "distinctcount",
    "uniques": "distinctcount",
    "countdistinct": "distinctcount",
    "stddev": "stdev",
    "stddev_pop": "stdev",
    "perc": "percentile",
    "countif": "filter",
    "timeseries": "series",
    "bin": "series",
    "date_histogram": "series",
    "histogram": "series",
    "timechart": "series",
    "buckets": "range",
    "len": "length",
    "strlen": "length",
    "stringlength": "length",
    "substr": "substring",
    "instr": "indexOf",
    "tolong": "toInt",
    "todouble": "toFloat",
    "tonumber": "toFloat",
    "totimestamp": "toDate",
    "string": "toString",
    "numeric": "toFloat",
}
_WITHOUT_USE = frozenset({"exists", "compare", "list"})


@cache
def functions() -> dict[str, AdqlFunction]:
    """Every function by its lower-case name."""
    for file in sorted(os.listdir(os.path.dirname(__file__))):
        name, ending = os.path.splitext(file)
        if ending == ".py" and name != "__init__":
            import_module(f"{__name__}.{name}")
    return declared()


def find(name: str) -> AdqlFunction | None:
    """The function of that name, in any letter case."""
    return functions().get(name.lower())


@cache
def _by_specificity() -> tuple[AdqlFunction, ...]:
    """Order in which functions are tried for lifting: those with a `lifts` of their own first, as they are more
    specific, and later ones of a file before earlier ones."""
    last_first = [*functions().values()][::-1]
    return tuple(sorted(last_first, key=lambda function: function.lifter is None))


def written(node: Call, writer: Writer) -> Iterator[tuple[AdqlFunction, Written]]:
    """The functions that a call of the plan may be written with, and their arguments."""
    for function in _by_specificity():
        found = function.written(node, writer)
        if found is not None:
            yield function, found


def report_unknown(scope: Scope, node: tree.Call) -> None:
    """Say that there is no such function, and which may be meant."""
    name, span = node.function.name, node.function.span
    if name.lower() in _WITHOUT_USE:
        help = f"`{name}` is reserved and has no use."
        scope.error("E007", span, f"expected a function of ADQL, found `{name}`", help)
        return
    known = functions()
    meant = _FOREIGN_NAMES.get(name.lower(), "")
    close = [meant] if meant else get_close_matches(name.lower(), known, n=1, cutoff=0.7)
    guess = known[close[0].lower()].name if close else ""
    fix = Fix(f"write `{guess}`", (Edit(span, guess),), safe=False) if guess else None
    help = f"Write `{guess}`." if guess else "Known are " + ", ".join(sorted(f.name for f in known.values())) + "."
    scope.error("E007", span, f"expected a function of ADQL, found `{name}`", help, fix)
