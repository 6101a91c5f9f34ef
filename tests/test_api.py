"""The public functions: what they take, and what they say of what they do not take."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dqlkit
from dqlkit.frozen import fields
from dqlkit.run.options import QueryOptions

ROOT = Path(__file__).parent.parent

TEXT = "fetch logs | filter status == 500"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"select": ["QQ"]}, "no rule 'QQ'"),
        ({"ignore": ["E001", "nope"]}, "no rule 'nope'"),
        ({"context": "nope"}, "no context 'nope'"),
        ({"part": "foo"}, "no part 'foo'"),
        ({"language": "sql"}, "no language 'sql'"),
    ],
)
def test_the_linter_knows_its_names(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        dqlkit.lint(TEXT, **wrong)


def test_one_text_is_no_list_of_rules() -> None:
    with pytest.raises(TypeError, match="lists of names"):
        dqlkit.lint(TEXT, select="E001")


@pytest.mark.parametrize("function", [dqlkit.parse, dqlkit.format, dqlkit.lint])
def test_parts_and_languages_are_known(function: Any) -> None:
    with pytest.raises(ValueError, match="no part 'foo'; known are query, stages, expression"):
        function(TEXT, part="foo")
    with pytest.raises(ValueError, match="no language 'sql'; known are dql, adql"):
        function(TEXT, language="sql")


# ---- running ---------------------------------------------------------------------------------------------------------

ROWS = [{"timestamp": "2026-01-05T00:00:00Z", "a": 1}, {"timestamp": "2026-01-06T00:00:00Z", "a": 2}]


@pytest.mark.parametrize("tables", [None, [{"a": 1}], "t.json", 5, {1: [{"a": 1}]}])
def test_tables_are_a_mapping(tables: Any) -> None:
    for call in (dqlkit.query, dqlkit.parse("fetch t").run, dqlkit.parse("fetch t").lazy, dqlkit.Session):
        with pytest.raises(TypeError, match="tables takes a mapping"):
            call("fetch t", tables) if call is dqlkit.query else call(tables)


@pytest.mark.parametrize(
    ("wrong", "kind", "words"),
    [
        ({"timeframe": ("2026-01-01T00:00:00Z", None)}, dqlkit.DqlkitError, "expected a point in time, found None"),
        ({"timeframe": "2026-01-01T00:00:00Z"}, TypeError, "takes two moments"),
        ({"timeframe": ("2026-01-01T00:00:00Z",)}, TypeError, "takes two moments"),
        ({"timeframe": ("soon", "later")}, dqlkit.DqlkitError, "found `soon`"),
        ({"now": dt.date(2026, 1, 1)}, dqlkit.DqlkitError, "expected a point in time"),
        ({"now": "yesterday-ish"}, dqlkit.DqlkitError, "expected a point in time"),
        ({"timezone": "Mars/Base"}, dqlkit.DqlkitError, "no time zone"),
        ({"timezone": None}, TypeError, "timezone takes"),
        ({"engine": "x"}, ValueError, "no engine 'x'"),
        ({"engine": "sc://"}, ValueError, "known are 'local', processes on this machine"),
        ({"max_records": -1}, ValueError, "from 0 on"),
        ({"max_records": "5"}, TypeError, "max_records takes"),
        ({"limits": 5}, TypeError, "limits takes"),
        ({"variables": ["a"]}, TypeError, "variables takes"),
        ({"folder": 5}, TypeError, "folder takes"),
    ],
)
def test_wrong_options_are_told_in_words(wrong: dict[str, Any], kind: type[Exception], words: str) -> None:
    for call in (
        lambda: dqlkit.query("fetch t", {"t": ROWS}, **wrong),
        lambda: dqlkit.parse("fetch t").run({"t": ROWS}, **wrong),
        lambda: dqlkit.Session({"t": ROWS}, **wrong),
        lambda: dqlkit.Session({"t": ROWS}).query("fetch t", **wrong),
        lambda: dqlkit.Session({"t": ROWS}).start("fetch t", **wrong),
    ):
        with pytest.raises(kind, match=re.escape(words)):
            call()


def test_an_option_is_declared_once_and_taken_everywhere() -> None:
    options = {field.name for field in fields(dqlkit.Options)}
    assert options == set(QueryOptions.__annotations__)
    for function in (dqlkit.query, dqlkit.Session):
        assert options <= set(inspect.signature(function).parameters)
    assert dqlkit.Options.__doc__ is not None
    assert all(re.search(rf"^    {name} +\S", dqlkit.Options.__doc__, re.M) for name in options)
    with pytest.raises(TypeError, match="timezon"):
        dqlkit.parse("fetch t").run({"t": ROWS}, timezon="UTC")  # type: ignore[call-arg]


def test_a_session_keeps_tables_and_options() -> None:
    session = dqlkit.Session({"t": ROWS}, now="latest", timezone="+02:00", variables={"A": 2}, max_records=1)
    assert session.query("fetch t | filter a == $A | fields n = now()").records == [
        {"n": "2026-01-06T02:00:00.000000000+02:00"}
    ]
    assert len(session.query("fetch t")) == 1
    assert len(session.query("fetch t", max_records=2)) == 2
    assert session.query("SELECT a FROM t WHERE a = 2", "adql", variables=None).records == [{"a": "2"}]


def test_bounds_may_be_relative_to_now() -> None:
    def kept(*timeframe: Any) -> int:
        return len(dqlkit.query("fetch t", {"t": ROWS}, now="2026-01-06T12:00:00Z", timeframe=timeframe))

    assert kept("now-1d", "now") == 1
    assert kept("-2d", dt.datetime(2026, 1, 6, tzinfo=dt.UTC)) == 1
    assert kept("-2d", "now") == 2
    assert kept("now-1d@d", "@d") == 1
    assert kept("-1d@d", "now+12h@24h") == 2
    with pytest.raises(dqlkit.DqlkitError, match="found `-1d@5d`"):
        kept("-1d@5d", "now")


def test_a_table_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps(ROWS))
    table = dqlkit.read(tmp_path / "t.json")
    assert table.schema == {"timestamp": "timestamp", "a": "long"}
    assert (table.facts.rows, table.facts.bytes) == (2, (tmp_path / "t.json").stat().st_size)
    assert (table.facts.first, table.facts.last) == (1767571200 * 10**9, 1767657600 * 10**9)
    (tmp_path / "t.json").unlink()
    for _ in range(2):
        assert len(dqlkit.query("fetch t", {"t": table})) == 2
    with pytest.raises(dqlkit.DqlkitError, match="R101"):
        dqlkit.read(tmp_path / "t.json")


def test_a_format_may_be_given(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("a,b\n1,2\n")
    assert dqlkit.read(tmp_path / "t", format="csv").schema == {"a": "long", "b": "long"}
    with pytest.raises(dqlkit.DqlkitError, match="R102"):
        dqlkit.read(tmp_path / "t", format="parquet")
    with pytest.raises(dqlkit.DqlkitError, match="expected one of the formats parquet, arrow, csv, json"):
        dqlkit.read(tmp_path / "t", format="xml")


def test_public_names_are_there() -> None:
    assert all(hasattr(dqlkit, name) for name in dqlkit.__all__)
    assert set(dqlkit.__all__) <= set(dir(dqlkit))
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        dqlkit.nope  # noqa: B018


LIBRARY = (Path(dqlkit.__file__).parent / "docs" / "library.md").read_text("utf-8")
SCRIPT = "".join(re.findall(r"^```python\n(.*?)^```", LIBRARY, re.S | re.M))


def test_every_public_name_is_documented() -> None:
    assert [name for name in dqlkit.__all__ if f"`{name}`" not in LIBRARY and not name.startswith("__")] == []
    assert all(getattr(dqlkit, name).__doc__ for name in dqlkit.__all__)


def test_programs_that_use_the_library_are_type_checked(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    run = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports=silent",
        "--cache-dir",
        ".mypy_cache",
        str(script),
    ]
    script.write_text(SCRIPT)
    done = subprocess.run(run, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout
    script.write_text(SCRIPT + 'session.query("fetch t", timezon="UTC")\nresult.recrods\n')
    done = subprocess.run(run, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert len(re.findall("error:", done.stdout)) == 2, done.stdout
