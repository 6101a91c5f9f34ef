"""The layout of queries, and their canonical text."""

from __future__ import annotations

import pytest

from dqlkit import Query, format


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('select a,b as "x y" from t', 'SELECT a, b AS "x y"\nFROM t'),
        (
            "select Avg( a ),COUNT( * ) from t where a=1 and(b=2 or not c=3) order by a desc limit 5,3 ;",
            "SELECT avg(a), count(*)\nFROM t\nWHERE a = 1 AND (b = 2 OR NOT c = 3)\nORDER BY a DESC\nLIMIT 5, 3",
        ),
        (
            "select a from t where x between [1,5) and y not in ('a',\"b\") and z is not null since 9 h until 1 m",
            "SELECT a\nFROM t\nWHERE x BETWEEN [1, 5) AND y NOT IN ('a', \"b\") AND z IS NOT NULL\nSINCE 9 h UNTIL 1 m",
        ),
        ("select distinct(a), count(*) from t", "SELECT DISTINCT (a), count(*)\nFROM t"),
        ("select filter(count(*), where a = 1) from t", "SELECT filter(count(*), WHERE a = 1)\nFROM t"),
        ("select a.`b c`.d from t where 'in' = 3", "SELECT a.`b c`.d\nFROM t\nWHERE `in` = 3"),
        (
            "select a from t where " + " and ".join(f"field{n} = 'value {n}'" for n in range(6)),
            "SELECT a\nFROM t\nWHERE field0 = 'value 0'\n  AND field1 = 'value 1'\n  AND field2 = 'value 2'\n"
            "  AND field3 = 'value 3'\n  AND field4 = 'value 4'\n  AND field5 = 'value 5'",
        ),
    ],
)
def test_layout(text: str, expected: str) -> None:
    assert format(text, "adql") == expected


def test_a_text_with_an_error_stays() -> None:
    text = "select  a from t  group by a"
    assert format(text, "adql") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('select (a), "b" from t where ((a = "x"))', "SELECT a, b FROM t WHERE a = 'x'"),
        ("select distinct(a) from t where not a in (1)", "SELECT DISTINCT a FROM t WHERE a NOT IN (1)"),
        ("select a from t order by a asc since 5 minutes", "SELECT a FROM t SINCE 5 m ORDER BY a"),
        ('select it from t where a = "it\'s"', 'SELECT it FROM t WHERE a = "it\'s"'),
    ],
)
def test_canonical(text: str, expected: str) -> None:
    assert Query(text, "adql").canonical() == expected
