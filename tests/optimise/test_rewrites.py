"""Rewrites: each makes of its `Before` the `After` that its docstring shows, and the answer stays the same over any data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.engines.polars.compile import CORE
from dqlkit.functions.context import Context
from dqlkit.optimise import first_records, optimise, rewrites, rewritten
from dqlkit.optimise.known import Known
from dqlkit.plan.explain import explain
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Operator
from dqlkit.plan.resolve import resolve
from dqlkit.plan.schema import Schema
from dqlkit.plan.walk import operators
from dqlkit.types.kinds import DURATION, LONG, STRING, TIMESTAMP
from dqlkit.types.values import Duration, Timestamp
from tests.engines.every import answer, plan_of
from tests.profiles import examples

LOGS = Schema(
    {"timestamp": TIMESTAMP, "content": STRING, "host": STRING, "duration": DURATION, "number": LONG}
).as_stored()
HOSTS = Schema({"id": STRING, "team": STRING}).as_stored()
_NEW_YEAR = 1_767_225_600_000_000_000
_DAY = 86_400_000_000_000
FACTS = {"logs": Facts(1_000_000, None, _NEW_YEAR, _NEW_YEAR + _DAY), "hosts": Facts(50)}


def parts(name: str) -> tuple[str, str]:
    """The query and the plan in the docstring of a rewrite."""
    text = import_module(f"dqlkit.optimise.{name}").__doc__ or ""
    before, after = text.partition("Before:")[2].split("After:")
    return before.strip(), re.sub(r"^    ", "", after.strip("\n"), flags=re.MULTILINE).strip()


def _matches(text: str, shown: str) -> bool:
    """Whether a text is what is shown, where `…` stands for anything within a line."""
    return re.fullmatch(re.escape(shown).replace("…", ".*"), text) is not None


def core(query: str) -> Operator:
    return resolve(plan_of(query), {"logs": LOGS, "hosts": HOSTS}, Context(Timestamp(0)), lambda probe: [])


@pytest.mark.parametrize("name", rewrites())
def test_a_rewrite_makes_what_its_documentation_shows(name: str) -> None:
    before, after = parts(name)
    plan = core(before)
    found = optimise(plan, FACTS)
    assert name in found.applied
    assert _matches(explain(found.plan), after)
    assert found.plan.schema == plan.schema
    assert all(type(operator) in CORE for operator in operators(found.plan))


@pytest.mark.parametrize("name", rewrites())
def test_a_rewrite_leaves_what_it_made(name: str) -> None:
    found = optimise(core(parts(name)[0]), FACTS)
    assert rewritten(Known(found.plan, FACTS), [rewrites()[name]], set()) is found.plan


def _written(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


_DOCUMENTS = st.recursive(
    st.sampled_from([None, True, 1, -7, 2.5, 1e300, "x", "é", 'a"b', "", 10**25]),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=5,
)
_TEXTS = st.one_of(
    st.dictionaries(st.sampled_from("abc"), _DOCUMENTS, max_size=3).map(_written),
    st.sampled_from(["", "{", '{"a":1,"a":"x"}', '{"a":1} and more', ' {"a":2}', '{"a": 1, "c": "x"}', "x", "[1]"]),
    st.sampled_from(
        ["x 10.0.0.1", "x 010.1.1.1", "x ::1", "x 300.1.1.1", "1.2.3.4", "x 1.2.3.4.5", "x fe80::1 10.0.0.2"]
    ),
    st.sampled_from(
        ['x {"a":1,"b":{"c":2}}', 'x{ {"a":2}', '5 x{"a":1} {"a":3}', '5 {"a":2', "5 {", '{"a":"{\\"b\\":1}"}']
    ),
)


_LOGS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "timestamp": st.integers(0, 3).map(lambda n: Timestamp(_NEW_YEAR + n * _DAY)),
            "content": st.one_of(st.none(), _TEXTS),
            "host": st.sampled_from(["a", "b", None, "z"]),
            "duration": st.integers(-2, 3).map(lambda n: Duration(n * 1_000)),
            "number": st.sampled_from([1, 2, 2.0, "2", None, True]),
        },
    ),
    max_size=14,
)
_HOSTS = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from(["a", "b", "c", None]), "team": st.sampled_from(["x", "y", None])}),
    max_size=4,
)

QUERIES = [
    *(parts(name)[0] for name in rewrites()),
    'fetch logs | parse content, "JSON:p" | fields a = p[a], b = p[b][c], c = p[c] | sort a, c desc',
    'fetch logs | parse content, "JSON:p" | fieldsAdd n = p[a] + 1 | filter p[a] == p[b] or isNull(n) | fields n, host',
    'fetch logs | parse content, "JSON:p" | fieldsAdd c = p[a], n = 1 | fields c, n, p',
    'fetch logs | parse content, "JSON:p" | summarize n = count(), by:{p, k = p[a][b]}',
    'fetch logs | parse content, "JSON:p" | parse host, "JSON:p" | fields x = p[a], y = content',
    'fetch logs | parse content, "LD JSON:p" | fields a = p[a], b = p[b][c]',
    'fetch logs | parse content, "INT:i DATA JSON:p" | fields i, a = p[a] | summarize count(), by:{i, a}',
    'fetch logs | fieldsAdd t = array(content, host) | fields a = iCollectArray(parse(t[], "JSON:j")[a]), host',
    'fetch logs | parse content, "JSON:p" | parse p[a], "JSON:q" | fields x = q[b], host',
    'fetch logs | fields a = jsonField(content, "a"), b = jsonPath(content, "$.b.c"), c = jsonPath(content, "$.a[0]")',
    'fetch logs | fieldsAdd a = jsonField(content, "a") | dedup a | sort number desc, host | limit 2 | fields a, number',
    'fetch logs | parse content, "JSON:p" | summarize s = sum(toDouble(p[a])), m = max(p[b]), by:{k = toString(p[c])}',
    'fetch logs | parse content, "LD IPADDR:ip" | filter startsWith(toString(ip), "1") | fields ip, host',
    'fetch logs | parse content, "LD IPADDR:ip" | filter toString(ip) > "1" and isNotNull(ip) | summarize count(), by:{host}',
    'fetch logs | parse content, "LD IPADDR:ip" | fieldsAdd t = array(toString(ip)) | filter toString(ip) != t[0] | fields t',
    'fetch logs | summarize n = count(), by:{t = toString(parse(content, "LD IPV4:ip")), u = toString(parse(host, "INT:i"))}',
    "fetch logs | sort number asc, host | limit 3",
    "fetch logs | filter isNotNull(host) | sort host desc, content | limit 2",
    "fetch logs | sort number desc | fieldsAdd x = number | summarize f = takeFirst(x), n = count(), by:{host}",
    "fetch logs | fieldsAdd host = number, number = host | fieldsAdd a = host, host = 1 | fields a, number, host",
    "fetch logs | join [fetch hosts | sort team], on:{left[host] == right[id]}, kind:leftOuter | summarize count(), by:{team}",
    "fetch logs | makeTimeseries count(), by:{host}, interval:1d",
    'fetch logs | fieldsAdd host = concat(host, "x"), a = concat(host, "y") | filter host > "a" | fields a, host',
    'fetch logs | fields a = lower(host), b = upper(content), number | filterOut a == "b" | sort number | fields b',
    'fetch logs | parse content, "JSON:p" | fieldsAdd c = lower(host) | filter p[a] == 1 or isNull(c) | fields c, b = p[b][c]',
    "fetch logs | summarize a = percentile(duration, 0), b = percentile(duration, 70), c = median(timestamp), by:{number}",
    "fetch logs | fieldsAdd d = toDouble(number) / 0 | summarize percentile(d, 30), x = median(d), y = percentile(d, 100)",
    "fetch logs | summarize {a = percentile(number, 25), b = median(number)}, by:{host} | sort b, host | limit 2",
]


@pytest.mark.parametrize("query", QUERIES)
@examples(15)
@given(_LOGS, _HOSTS)
def test_answers_stay(query: str, logs: Sequence[Mapping[str, Any]], hosts: Sequence[Mapping[str, Any]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(first_records, "_MANY", 0)  # tables of a few records count as large ones
        answer(plan_of(query), {"logs": logs, "hosts": hosts})
