"""Semantic differences: what means the same and why, what differs and where, in queries, documents and revisions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from dqlkit.checks.difference import Difference, compare
from dqlkit.checks.normal import STEPS
from dqlkit.checks.sources import named
from dqlkit.cli import main
from dqlkit.linting.settings import Settings
from dqlkit.types.order import encode
from tests.engines.every import answer, plan_of
from tests.engines.pipelines import CONDITIONS, RECORDS
from tests.profiles import examples


def difference(one: str, other: str) -> Difference:
    return compare(named(one, Path()), named(other, Path()), Settings())


SAME = [
    ("fetch x | limit 3", "fetch x | limit 3", ""),
    ("fetch x|limit 3", "fetch   x // all\n| limit 3", "the plans are equal"),
    ("fetch x, from:-2h", "fetch x, from:-120m", "the plans are equal"),
    (
        "SELECT count(*) AS n FROM x WHERE a = 1",
        "fetch x | filter a == 1 | summarize n = count()",
        "the plans are equal",
    ),
    ("fetch x | filter a == 1 and b", "fetch x | filter a == 1 | filter b", "filters are joined"),
    ("fetch x | filter a == 1 and b or c", "fetch x | filter c or b and 1 == a", "conditions are ordered"),
    ("fetch x | filter a == 1 xor b xor c", "fetch x | filter c xor (b xor 1 == a)", "conditions are ordered"),
    ("fetch x | filterOut a | filterOut b", "fetch x | filterOut b or a", "conditions are ordered"),
    ("fetch x | filter a > 5", "fetch x | filter 5 < a", "comparisons are turned round"),
    ("fetch x | filter not a == 1", "fetch x | filter a != 1", "negations are written as opposites"),
    ("fetch x | fieldsAdd a = 60 * 60", "fetch x | fieldsAdd a = 3600", "constants are computed"),
    ("fetch x | fieldsAdd a = 1 | fieldsAdd b = 2", "fetch x | fieldsAdd a = 1, b = 2", "added fields are joined"),
]


@pytest.mark.parametrize(("one", "other", "proof"), SAME)
def test_the_same_and_how_it_is_known(one: str, other: str, proof: str) -> None:
    found = difference(one, other)
    assert found.same
    assert found.proof.endswith(proof)


@examples(30)
@given(CONDITIONS, CONDITIONS, RECORDS)
def test_what_is_taken_for_the_same_answers_the_same(one: str, other: str, rows: list[dict[str, Any]]) -> None:
    """No step changes what a plan answers, whatever the records hold."""
    conditions = f"filter not ({one}) and ({other}) | filter ({other}) or not ({one})"
    plan = plan_of(f"fetch t | fieldsAdd p = a | fieldsAdd q = 1 + 2 | {conditions}")
    before = answer(plan, {"t": rows}).records
    for step in STEPS:
        plan = step.change(plan)
    assert [encode(record) for record in answer(plan, {"t": rows}).records] == [encode(record) for record in before]


DIFFERENT = [
    ("fetch x | filter not a < 1", "fetch x | filter a >= 1", ["filter condition - not a < 1 + a >= 1"]),
    ("fetch x", "fetch y", ["fetch table - x + y"]),
    ("fetch x, from:-1h", "fetch x, from:-2h", ["fetch start - -1h + -2h"]),
    ("fetch x | filter a == 1 and b", "fetch x | filter b and a == 2", ["filter condition - a == 1 + a == 2"]),
    (
        "fetch x | summarize count(), by:{a}",
        "fetch x | summarize count(), by:{a, b}",
        ["summarize keys + b", "columns + b: any"],
    ),
    ("fetch x | sort a | limit 5", "fetch x | limit 5 | sort a", ["stage + limit 5", "stage - limit 5"]),
    ("fetch x | append [fetch y | limit 1]", "fetch x | append [fetch y | limit 2]", ["append › limit count - 1 + 2"]),
    (
        "fetch x",
        "fetch x | lookup [fetch y], sourceField:a, lookupField:b",
        ["stage + lookup [fetch y], sourceField:a, lookupField:b"],
    ),
    (
        "fetch x | fieldsAdd a = 1 | fieldsAdd b = a",
        "fetch x | fieldsAdd a = 1, b = a",
        ["stage - fieldsAdd b = a", "fieldsAdd + b = a"],
    ),
    ("fetch x | filter a == 1.0", "fetch x | filter a == 1", ["filter condition - a == 1.0 + a == 1"]),
]


@pytest.mark.parametrize(("one", "other", "changes"), DIFFERENT)
def test_what_differs(one: str, other: str, changes: list[str]) -> None:
    found = difference(one, other)
    assert found.verdict == "differs"
    shown = [
        " ".join([c.place, *(f"- {text}" for text in c.removed), *(f"+ {text}" for text in c.added)])
        for c in found.changes
    ]
    for change in changes:
        assert change in shown


def test_findings_and_costs(capsys: pytest.CaptureFixture[str]) -> None:
    found = difference("fetch logs, from:-1h | filter a == 1", "fetch logs | filter a == 1 | limit 2")
    assert ([one.code for one in found.new], found.gone) == (["C001", "B010"], ())
    assert found.cost > 0
    assert main(["diff", "fetch x |", "fetch x"]) == 2
    assert "error[E001]" in capsys.readouterr().out
    assert main(["diff", "fetch x"]) == 2


def test_answers_show_the_first_records_that_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--data", "fetch x | filter a > 10 | fields a", "fetch x | filter a > 20 | fields a"]) == 1
    assert "answers over made-up records" in capsys.readouterr().out
    table = tmp_path / "x.ndjson"
    table.write_text('{"a": 1}\n{"a": 2}\n')
    words = ["diff", "--data", "-t", f"x={table}", "fetch x | filter a > 0", "fetch x | filter a > 1"]
    assert main(words) == 1
    assert 'answers over the tables: 2 records before, 1 after\n      - {"a": 1}\n' in capsys.readouterr().out
    assert main(["diff", "--data", "-t", f"x={table}", "fetch x | sort a", "fetch x | sort a desc"]) == 1
    assert "record 1\n      - a  1\n      + a  2\n" in capsys.readouterr().out
    # The plans differ, but not over these records.
    assert main(["diff", "--data", "-t", f"x={table}", "--output-format", "json", "fetch x", "fetch x | limit 5"]) == 1
    assert "records" not in json.loads(capsys.readouterr().out)["queries"][0]


def board(*queries: str) -> str:
    tiles = {str(n): {"type": "data", "query": query} for n, query in enumerate(queries)}
    return json.dumps({"tiles": tiles, "variables": []}, indent=1)


def test_documents_and_revisions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["init", "-q"], ["config", "user.email", "a@b.c"], ["config", "user.name", "a"]):
        subprocess.run(["git", *words], check=True)
    path = tmp_path / "board.json"
    path.write_text(board("fetch a, from:-1h | limit 1", "fetch b, from:-1h | fields x", "timeseries avg(k), by:{z}"))
    (tmp_path / ".gitattributes").write_text("*.json diff=dqlkit\n")
    subprocess.run(["git", "add", "-A"], check=True)
    subprocess.run(["git", "commit", "-qm", "a"], check=True)
    # A tile before the others: they have other places now, and one of them another meaning.
    path.write_text(board("fetch n, from:-1h", "fetch a, from:-1h | limit 2", "fetch b,from:-1h|fields x"))
    assert main(["diff", "HEAD:board.json", "board.json", "--output-format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["queries"]
    assert [(one["pointer"], one["verdict"]) for one in found] == [
        ("/tiles/0/query", "added"),
        ("/tiles/1/query", "differs"),
        ("/tiles/2/query", "same plan"),
        ("/tiles/2/query", "removed"),
    ]
    (tmp_path / "new.dql").write_text("fetch d, from:-1h")
    subprocess.run(["git", "add", "-A"], check=True)
    assert main(["diff", "HEAD"]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("diff board.json\n/tiles/0/query: added\n")
    assert shown.endswith("diff new.dql\nnew.dql: added\n")
    subprocess.run(["git", "commit", "-qm", "b"], check=True)
    assert main(["diff", "HEAD~1", "HEAD", "--output-format", "json"]) == 1
    files = json.loads(capsys.readouterr().out)["files"]
    assert [(one["b"], len(one["queries"])) for one in files] == [("board.json", 4), ("new.dql", 1)]
    assert main(["diff", "HEAD"]) == 0
    subprocess.run(["git", "reset", "-q", "HEAD~1"], check=True)
    assert main(["diff", "HEAD:board.json#/tiles/0", "board.json#/tiles/1"]) == 1
    capsys.readouterr()
    driver = f"{sys.executable} -m dqlkit diff --git"
    done = subprocess.run(
        ["git", "-c", f"diff.dqlkit.command={driver}", "diff"], capture_output=True, text=True, check=True
    )
    assert (
        "diff board.json\n/tiles/0/query: added\n/tiles/1/query: differs\n  limit count\n    - 1\n    + 2\n"
        in done.stdout
    )
    assert main(["diff", "HEAD:none.json", "board.json"]) == 2
    assert "cannot be read" in capsys.readouterr().err
