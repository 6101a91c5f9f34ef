"""Compiling runs nothing: what depends on data is part of the run."""

from __future__ import annotations

import polars as pl
import pytest

import dqlkit

TABLES = {
    "t": [
        {"timestamp": "2026-01-01T00:00:00Z", "a": 1, "s": "x", "xs": [1, 2], "ids": ["A", "B"]},
        {"timestamp": "2026-01-01T05:30:00Z", "a": 5, "s": "y", "xs": [3], "ids": ["C"]},
        {"timestamp": "2026-01-01T02:00:00Z", "a": 2.0, "s": None},
    ]
}


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows with every frame that is run."""
    found: list[None] = []
    collect = pl.LazyFrame.collect

    def counted(self: pl.LazyFrame, *args: object, **options: object) -> object:
        found.append(None)
        return collect(self, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(pl.LazyFrame, "collect", counted)
    return found


@pytest.mark.parametrize(
    "stage",
    [
        "summarize n = count(), by:{a}",
        "filter a in [fetch t | fields a]",
        "fieldsAdd b = lookup([fetch t], sourceField:a, lookupField:a)[s]",
        "fieldsAdd b = iAny(xs[] in [fetch t | fields a])",
        'failIf a > 3, "too much"',
        "makeTimeseries count(), interval:1h",
        "makeTimeseries count(), by:{s}, nonempty:true",
        "fieldsSummary a, s",
    ],
)
def test_compiling_runs_nothing(stage: str, runs: list[None]) -> None:
    query = dqlkit.parse(f"fetch t | {stage}")
    tables = {"t": pl.LazyFrame(TABLES["t"], infer_schema_length=None, strict=False)}
    query.explain(tables)
    query.lazy(tables)
    assert not runs


def test_a_failure_belongs_to_the_run() -> None:
    query = dqlkit.parse('fetch t | failIf a > 3, concat("no ", s) | limit 1')
    assert "Fail" in query.explain(TABLES)
    query.lazy(TABLES)
    with pytest.raises(dqlkit.DqlkitError, match="failIf: no y"):
        dqlkit.query('fetch t | failIf a > 3, concat("no ", s)', TABLES)


def test_only_names_that_values_tell_are_asked_for() -> None:
    tables = {"t": [{"j": '{"a": 1, "b": [2]}'}, {"j": '{"c": null}'}, {"j": "none"}]}
    assert list(dqlkit.query("fetch t | jsonExtract j", tables).records[0]) == ["j", "a", "b", "c"]
    limited = dqlkit.parse("fetch t | expand x = array(1, 2, 3) | jsonExtract j")
    with pytest.raises(dqlkit.DqlkitError, match="the query was ended"):
        limited.run(tables, limits=dqlkit.Limits(rows=4))


def records(text: str, tables: object = TABLES) -> list[dict[str, object]]:
    return dqlkit.query(text, tables).records  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a in [fetch t | filter a >= 2 | fields a]", ["y", None]),
        ("not a in [fetch t | filter a >= 2 | fields a]", ["x"]),
        ("s in [fetch t | fields s]", ["x", "y"]),
        ("not s in [fetch t | filter false | fields s]", ["x", "y"]),
        ("isNull(s in [fetch t | fields s])", [None]),
        ("a == 1 and s in [fetch t | fields s] or a in [data record(b=5)]", ["x", "y"]),
        ("a > 1 and s in [fetch t | fields s] and a in [fetch t | fields a]", ["y"]),
        ('a in [fetch t | filter s in [data record(q="x")] | fields a]', ["x"]),
        ("2 in [fetch t | filter a == 2 | fields a]", ["x", "y", None]),
        ('"A" in [fetch t | fields ids]', ["x", "y", None]),
        ('s in [data record(k=array("x", "q"))]', ["x"]),
    ],
)
def test_values_of_sub_queries(condition: str, expected: list[str | None]) -> None:
    assert [record.get("s") for record in records(f"fetch t | filter {condition}")] == expected


def test_names_that_stages_need_collide_with_none() -> None:
    """Fields may be called as the engine calls its own."""
    names = [f"\x01{stem}" for stem in ("key0", "found", "json", "seen0", "slot", "one", "row", "item0", "partners")]
    rows = [{**dict.fromkeys(names, k), "a": k % 2, "j": '{"b": 1}', "xs": [k]} for k in range(3)]
    for stage in (
        "dedup a",
        "filter a in [fetch t | fields a]",
        "jsonExtract j",
        "join [fetch t], on:{a}",
        "lookup [fetch t], sourceField:a, lookupField:a",
        "joinNested p = [fetch t], on:{a}",
        "fieldsAdd ys = xs[] + a",
        'parse j, "LD:b"',
    ):
        kept = dqlkit.query(f"fetch t | {stage}", {"t": rows}).records
        assert kept
        assert all(str(record[name]) in "012" for record in kept for name in names), stage
    for stage in ("summarize count(), by:{`\x01key0`, a}", "makeTimeseries count(), by:{`\x01slot`}, time:timestamp"):
        assert dqlkit.query(f"fetch t | fieldsAdd timestamp = now() | {stage}", {"t": rows}).records


@pytest.mark.parametrize(
    ("stage", "fields"),
    [
        ("summarize count(), by:{a, a}", ["a", "count()"]),
        ("summarize a = count(), by:{a}", ["a"]),
        ("summarize n = count(), n = sum(a)", ["n"]),
        ("makeTimeseries s = count(), by:{s}", ["timeframe", "interval", "s"]),
        ("makeTimeseries count(), by:{interval = s}", ["timeframe", "interval", "count()"]),
        ('fieldsAdd j = "{\\"a\\":1}" | jsonExtract j, conflicts:s', ["timestamp", "a", "s", "xs", "ids", "j"]),
    ],
)
def test_names_given_twice(stage: str, fields: list[str]) -> None:
    """The last one counts, at the place of the first."""
    assert list(records(f"fetch t | {stage}")[0]) == fields
