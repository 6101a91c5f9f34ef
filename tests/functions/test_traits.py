"""What functions say of themselves holds for their bodies, whatever values they get."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.functions import Function, catalogue, converting_to, known_elsewhere
from dqlkit.functions.function import ABSENT, declared
from dqlkit.types.kinds import Type
from dqlkit.types.order import order_key
from tests.engines.every import alike
from tests.functions.strategies import VALUES, values
from tests.profiles import examples
from tests.shared import needs, shared

catalogue()
CATALOGUE = "reference/dql/catalog.json"
QUICK = examples(20)
ANYTHING = st.one_of(list(VALUES.values()))
PAIRS = st.one_of([st.tuples(kind, kind) for kind in VALUES.values()] + [st.tuples(ANYTHING, ANYTHING)])


def named(*traits: str) -> Any:
    """The functions for which one of the traits says something."""
    found = [f for f in declared() if any(getattr(f, trait) for trait in traits)]
    return pytest.mark.parametrize("function", found, ids=[f.name for f in found])


def value_of(function: Function[..., Any], arguments: tuple[Any, ...]) -> Any:
    return function.evaluate(arguments)


@pytest.mark.parametrize(
    "function", [f for f in declared() if f.never_null and f.signature.parameters and not f.only], ids=lambda f: f.name
)
@QUICK
@given(st.data())
def test_never_null(function: Function[..., Any], data: st.DataObject) -> None:
    arguments: list[Any] = []
    for parameter in function.signature.parameters:
        if parameter.kind.role == "names":
            arguments.append({"a": None})
        elif parameter.variadic:
            arguments.append(tuple(data.draw(ANYTHING) for _ in range(1)))
        else:
            arguments.append(data.draw(ANYTHING) if parameter.required else ABSENT)
    assert function.evaluate(arguments) is not None


@named("opposite")
@QUICK
@given(PAIRS)
def test_opposites(function: Function[..., Any], pair: tuple[Any, Any]) -> None:
    opposite = function.opposite
    assert opposite is not None
    assert opposite.opposite is function
    arguments = pair[: len(function.signature.parameters)]
    found = value_of(function, arguments)
    assert value_of(opposite, arguments) is (None if found is None else not found)


@named("mirror")
@QUICK
@given(PAIRS)
def test_mirrors(function: Function[..., Any], pair: tuple[Any, Any]) -> None:
    mirror = function.mirror
    assert mirror is not None
    assert mirror.mirror is function
    assert value_of(mirror, pair) is value_of(function, pair[::-1])


AGGREGATIONS = [f for f in declared() if f.family == "aggregation" and not f.only]


@st.composite
def groups(draw: st.DrawFn, function: Function[..., Any]) -> tuple[list[Any], list[int]]:
    """The values of one group for each parameter, and the numbers of its records."""
    order = list(range(draw(st.integers(2, 6))))
    columns: list[Any] = []
    for parameter in function.signature.parameters:
        kind = draw(st.sampled_from(sorted(function.accepted(parameter) or {"long", "string", "boolean"})))
        one = values(parameter, kind).filter(_adds_up)
        if not parameter.required:
            columns.append(ABSENT)
        elif parameter.kind.role == "values":
            columns.append([draw(st.one_of(st.none(), one)) for _ in order])
        else:
            constant = [draw(one)] * 2 * len(order)
            columns.append([constant] if parameter.variadic else constant)
    return columns, order


def _adds_up(value: Any) -> bool:
    """Whether sums of such values do not depend on their order; those of infinite and of huge doubles do."""
    return type(value) is not float or abs(value) < 1e100


def over(function: Function[..., Any], columns: list[Any], order: list[int]) -> Any:
    """The aggregation of the records of these numbers."""
    rowwise = [parameter.kind.role == "values" for parameter in function.signature.parameters]
    taken = [
        [column[k] for k in order] if by_row and column is not ABSENT else column
        for column, by_row in zip(columns, rowwise, strict=True)
    ]
    return function.aggregate(taken, len(order))


@pytest.mark.parametrize("function", [f for f in AGGREGATIONS if not f.by_order], ids=lambda f: f.name)
@QUICK
@given(st.data())
def test_the_order_of_records_counts_only_where_that_is_said(function: Function[..., Any], data: st.DataObject) -> None:
    columns, order = data.draw(groups(function))
    straight, turned = over(function, columns, order), over(function, columns, order[::-1])
    assert alike(straight, turned) or order_key(straight) == order_key(turned)


@pytest.mark.parametrize("function", [f for f in AGGREGATIONS if f.by_order], ids=lambda f: f.name)
def test_the_order_of_records_counts_where_that_is_said(function: Function[..., Any]) -> None:
    rest = [ABSENT] * (len(function.signature.parameters) - 1)
    assert function.aggregate([[1, 2], *rest], 2) != function.aggregate([[2, 1], *rest], 2)


@pytest.mark.parametrize("function", [f for f in AGGREGATIONS if f.scales], ids=lambda f: f.name)
def test_twice_the_records_make_twice_as_much_where_that_is_said(function: Function[..., Any]) -> None:
    columns = [[True, True, False] if "boolean" in function.accepts(0) else [1, 2, 3]][
        : len(function.signature.parameters)
    ]
    assert over(function, columns, [0, 1, 2] * 2) == 2 * over(function, columns, [0, 1, 2])


@pytest.mark.parametrize("function", [f for f in AGGREGATIONS if not f.scales and not f.by_order], ids=lambda f: f.name)
@QUICK
@given(st.data())
def test_twice_the_records_make_the_same_elsewhere(function: Function[..., Any], data: st.DataObject) -> None:
    columns, order = data.draw(groups(function))
    once, twice = over(function, columns, order), over(function, columns, [k for k in order for _ in range(2)])
    assert alike(once, twice)


def test_conversions() -> None:
    for function in (f for f in declared() if f.converts):
        (kind,) = function.signature.result.types
        assert converting_to({kind}) is function
        assert function.result([Type(kind)]) == Type(kind)
    found = converting_to({"long", "double"})
    assert found is not None
    assert found.name == "toDouble"
    assert converting_to({"record"}) is None


def test_names_of_other_languages_are_none_of_ours() -> None:
    ours = {name for family in catalogue().values() for name in family}
    assert not ours & known_elsewhere().keys()
    assert all(name == name.lower() for name in known_elsewhere())


@needs(CATALOGUE)
def test_aggregations_of_a_series_are_those_of_the_catalogue() -> None:
    entries = json.loads(shared(CATALOGUE).read_text("utf-8"))["functions"]
    listed = {entry["name"] for entry in entries if entry["category"] == "expression timeseries"}
    assert {f.name for f in declared() if f.in_series and not f.only} == listed
