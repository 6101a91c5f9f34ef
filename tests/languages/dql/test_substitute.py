"""Variables in DQL."""

from __future__ import annotations

from typing import Any

import pytest

import dqlkit
from dqlkit.languages.dql.parse import parse
from dqlkit.languages.dql.substitute import substitute


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("fetch a | filter x == $v", {"v": 'say "hi"\\'}, 'fetch a | filter x == "say \\"hi\\"\\\\"'),
        ("fetch a | filter in(x, array($v))", {"v": ["p", "q"]}, 'fetch a | filter in(x, array("p", "q"))'),
        ("fetch $t:noquote | limit $n", {"t": "logs", "n": 3}, "fetch logs | limit 3"),
        ("fetch a | fields $f:backtick", {"f": "a b"}, "fetch a | fields `a b`"),
        ("fetch a | filter x == $v:triplequote", {"v": 'a"b'}, 'fetch a | filter x == """a"b"""'),
        ("fetch a | filter x == $v and y == $w", {"v": True}, "fetch a | filter x == true and y == $w"),
        ("fetch a | filter $c", {"c": {"$type": "dql", "$value": "x > 1"}}, "fetch a | filter x > 1"),
        ("fetch a | filter t > $c", {"c": {"$type": "dql", "dql": "now() - 7d"}}, "fetch a | filter t > now() - 7d"),
        (
            "fetch a | fields $c",
            {"c": {"x": [1, {"y": ["q"]}]}},
            'fetch a | fields record(`x` = array(1, record(`y` = array("q"))))',
        ),
    ],
)
def test_every_kind_of_substitution(text: str, variables: dict[str, Any], expected: str) -> None:
    assert substitute(parse(text, "query"), variables) == (expected, [])


def test_a_value_that_may_not_stand_bare_is_refused() -> None:
    with pytest.raises(dqlkit.DqlkitError) as caught:
        dqlkit.query("fetch a | fields $f:noquote", {"a": []}, variables={"f": "x | limit 1"})
    assert [d.code for d in caught.value.diagnostics] == ["R007"]


def test_a_variable_without_value_is_named() -> None:
    with pytest.raises(dqlkit.DqlkitError) as caught:
        dqlkit.query("fetch a | filter x == $v", {"a": []})
    assert [d.code for d in caught.value.diagnostics] == ["R002"]


@pytest.mark.parametrize("value", [{"$type": "dql"}, {"$type": "dql", "dql": " "}, {"$type": "dql", "dql": 5}])
def test_a_piece_of_dql_that_is_none_is_refused(value: dict[str, Any]) -> None:
    _, found = substitute(parse("fetch a | filter $c"), {"c": value})
    assert [one.code for one in found] == ["R007"]


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("timeseries avg(m), nonempty:$x", "timeseries avg(m)"),
        ("fetch a, samplingRatio:$x", "fetch a"),
        ("fetch a | expand x, limit:$n", "fetch a | expand x"),
    ],
)
def test_a_parameter_that_waits_for_a_variable_is_at_its_default(text: str, without: str) -> None:
    statement = dqlkit.parse(text)
    assert statement.diagnostics == ()
    assert statement.plan == dqlkit.parse(without).plan
    assert "$" in statement.canonical()
