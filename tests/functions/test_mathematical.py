"""Mathematical and bitwise functions: exact results, edges of types; the same on every engine."""

from __future__ import annotations

import math
from typing import Any

import pytest

import dqlkit
from dqlkit.types.values import Duration, Timestamp
from tests.engines.every import alike
from tests.functions.running import bound, on_every_engine

_MINUTE = 60_000_000_000
_DAY = 1440 * _MINUTE


def exactly(one: Any, other: Any) -> bool:
    """Equal to the last digit, zeros with their sign."""
    return repr(one) == repr(other)


def answers(expression: str, *values: Any) -> list[Any]:
    """The answers for each value of the field `x`, exactly the same on every engine."""
    found, row_by_row = on_every_engine(bound(expression), [{"x": value} for value in values], exactly)
    assert not row_by_row
    return found


@pytest.mark.parametrize(
    ("expression", "values", "wanted"),
    [
        ("round(x)", [-1.5, -0.5, 0.5, 1.5, 2**60 + 0.0], [-1.0, 0.0, 1.0, 2.0, 2.0**60]),
        ("round(x, decimals:1)", [0.25, 0.3, -0.25, 1e300], [0.3, 0.3, -0.2, 1e300]),
        ("round(x, decimals:2)", [2.675, 1.005], [2.68, 1.0]),
        ("round(x, decimals:400)", [0.1], [0.1]),
        ("round(x, decimals:1)", [7], [7]),
        ("floor(x)", [-0.5, 0.0, 2.9], [-1.0, 0.0, 2.0]),
        ("ceil(x)", [-0.5, 0.0, 2.1], [0.0, 0.0, 3.0]),
        ("ceil(x)", [5], [5]),
        ("abs(x)", [-5, 5, -(2**63)], [5, 5, -(2**63)]),
        ("abs(x)", [-0.5], [0.5]),
        ("abs(x)", [Duration(-5)], [Duration(5)]),
        ("x + 200000d", [Duration(0)], [Duration(-1166744073709551616)]),
        ("x - 9223372036854775807w", [Duration(5)], [Duration(604800000000005)]),
        ("signum(x)", [-7, 0, 7], [-1, 0, 1]),
        ("x / 10.0", [3.0, 12.0, None], [0.3, 1.2, None]),
        ("log10(x)", [1000, 1e-5, 0, -1], [3.0, -5.0, None, None]),
        ("sqrt(x)", [4, -1, 2.25], [2.0, None, 1.5]),
        ("exp(x)", [0, 1000], [1.0, None]),
        ("power(x, 0.5)", [9, -9], [3.0, None]),
        ("power(2, x)", [10, -1, 5000], [1024.0, 0.5, None]),
        ("asin(x)", [0, 2], [0.0, None]),
        ("sin(x)", [0, None], [0.0, None]),
    ],
)
def test_numbers(expression: str, values: list[Any], wanted: list[Any]) -> None:
    assert repr(answers(expression, *values)) == repr(wanted)


@pytest.mark.parametrize(
    ("expression", "values", "wanted"),
    [
        ("x / 0.0", [1.5, -1.5], [math.inf, -math.inf]),
        ("x / -0.0", [1.5, -1.5], [-math.inf, math.inf]),
        ("x / 0", [1.5, -1.5], [math.inf, -math.inf]),
        ("x / 10", [3.0, -0.0], [0.3, -0.0]),
        ("bin(x, 5)", [12, -12, 0, None], [10, -15, 0, None]),
        ("bin(x, 10, at:3)", [12, 2, 3], [3, -7, 3]),
        ("bin(x, 0)", [12], [None]),
        ("bin(x, -5)", [12], [None]),
        ("bin(x, 0.1)", [1.0, 0.3, -0.05], [1.0, 0.2, -0.1]),
        ("bin(x, 2.5)", [6], [5.0]),
        ("bin(x, 5m)", [Timestamp(7 * _MINUTE), Timestamp(-1)], [Timestamp(5 * _MINUTE), Timestamp(-5 * _MINUTE)]),
        ("bin(x, 1d, at:12h)", [Timestamp(_DAY // 4)], [Timestamp(-_DAY // 2)]),
        ("bin(x, 1h)", [Duration(90 * _MINUTE)], [Duration(60 * _MINUTE)]),
        ("bin(x, 1d)", [Timestamp(-(2**63)), Timestamp(2**63 - 1)], [None, Timestamp(106751 * _DAY)]),
        ("bin(x, 10)", [-(2**63), 2**63 - 1], [None, 2**63 - 8]),
        (
            "range(x, 10)",
            [-(2**63), 2**63 - 1],
            [{"start": None, "end": -(2**63) + 8}, {"start": 2**63 - 8, "end": None}],
        ),
        ("range(x, 5)", [-1], [{"start": -5, "end": 0}]),
        ("range(x, 1m)", [Timestamp(1), None], [{"start": Timestamp(0), "end": Timestamp(_MINUTE)}, None]),
        ("bitwiseXor(x, -1)", [12], [-13]),
        ("bitwiseCountOnes(x)", [-1, 0], [64, 0]),
    ],
)
def test_bins_and_bits(expression: str, values: list[Any], wanted: list[Any]) -> None:
    assert repr(answers(expression, *values)) == repr(wanted)


@pytest.mark.parametrize(
    ("expression", "values", "wanted"),
    [
        ("bin(x, 5)", [12, 12.5, "12", Timestamp(12)], [10, 10.0, None, Timestamp(10)]),
        ("abs(x)", [-1, -1.5, "1"], [1, 1.5, None]),
        ("hypotenuse(x, 4)", [3, None], [5.0, None]),
        ("hexStringToNumber(x)", ["ff", "0XFF", "", "-1", " 1"], [255, 255, None, None, None]),
        ("hexStringToNumber(x)", ["7fffffffffffffff", "8000000000000000"], [2**63 - 1, 2.0**63]),
        ("numberToHexString(x)", [255, -1, 0], ["ff", "f" * 16, "0"]),
        ("numberToHexString(x, minLength:4)", [255, 2**20], ["00ff", "100000"]),
        ("bitwiseShiftLeft(x, 63)", [1, 2], [-(2**63), 0]),
        ("bitwiseShiftLeft(1, x)", [64, 65, -1], [1, 2, -(2**63)]),
        ("bitwiseShiftRight(x, 1)", [-1, -(2**63)], [-1, -(2**62)]),
        ("bitwiseShiftRight(x, 2, ignoreSign:true)", [-1], [2**62 - 1]),
    ],
)
def test_other_types_and_texts(expression: str, values: list[Any], wanted: list[Any]) -> None:
    found, _ = on_every_engine(bound(expression), [{"x": value} for value in values])
    assert alike(wanted, found), found


def test_random_numbers_differ_and_lie_between_0_and_1() -> None:
    records = dqlkit.query("fetch t | fieldsAdd r = random(), s = random()", {"t": [{"x": 1}] * 100}).records
    numbers = [value for record in records for value in (record["r"], record["s"])]
    assert len(set(numbers)) == 200
    assert all(0 <= number < 1 for number in numbers)
    assert 0.3 < math.fsum(numbers) / 200 < 0.7


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("summarize percentile(x, 101)", "Expected a number from 0 to 100 for `percentile`, found `101`."),
        ("summarize percentile(x, y)", "`percentile` must not depend on a field."),
        ("summarize countDistinct(x, precision:2)", "Expected a number from 3 to 16 for `precision`, found `2`."),
        ('fieldsAdd arraySort(x, direction:"up")', 'Expected "ascending" or "descending" for `direction`, found `up`.'),
        ("fieldsAdd round(x, decimals:-1)", "Expected a number from 0 for `decimals`, found `-1`."),
        ("fieldsAdd iIndex() + 1", "`iIndex()` stands outside of a loop."),
        ("fieldsAdd iIndex() + iSum(x[])", "`iIndex()` stands outside of a loop."),
        ("fieldsAdd x[][]", "`[]` loops over an element of a loop."),
    ],
)
def test_what_a_parameter_does_not_take_is_reported(text: str, found: str) -> None:
    diagnostics = dqlkit.parse(text, part="stages").diagnostics
    assert [(d.code, d.message) for d in diagnostics] == [("E013", found)]
