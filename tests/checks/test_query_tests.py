"""Query tests: what passes, what fails and how that is said, what a wrong file is told, updating, pytest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from dqlkit.checks.files import TestFileError, read
from dqlkit.checks.making import test_for as make_test
from dqlkit.checks.runner import run
from dqlkit.checks.sources import NoQuery, named
from dqlkit.cli import dtctl, main

HEAD = """now: 2026-01-01T00:00:00Z
tables:
  bizevents:
    - {timestamp: "2025-12-31T23:59:00Z", event.type: pay, total: 5}
    - {timestamp: "2025-12-31T23:58:00Z", event.type: pay, total: 2.5}
    - {timestamp: "2025-12-31T23:57:00Z", event.type: refund, total: 1, parts: [1, 2], at: {city: Graz}}
  spans:
    types: {took: duration, ip: ip, seen: timestamp}
    records: [{took: 300000000000, ip: 10.0.0.1, seen: "2026-01-01T00:00:00Z", n: 5}]
tests:
  - name: one
"""
SUM = "'fetch bizevents | summarize total = sum(total), by:{event.type}'"


def wrote(folder: Path, test: str) -> Path:
    path = folder / "a.dqltest.yaml"
    path.write_text(HEAD + test, encoding="utf-8")
    return path


def problems(folder: Path, query: str, expect: str) -> str:
    """What is wrong with one test."""
    (case,) = read(wrote(folder, f"    query: {query}\n    expect: {expect}\n"))
    return "\n".join(run(case).problems)


PASSING = [
    (SUM, "{records: [{event.type: pay, total: 7.5}, {event.type: refund, total: 1}]}"),
    (SUM, "{records: [{event.type: refund, total: 1.0}, {event.type: pay, total: 7.5}], order: ignore}"),
    (SUM, "{records: [{event.type: pay, total: 7.500001}, {event.type: refund, total: 1}], tolerance: 1e-5}"),
    (SUM, "{types: {total: double, event.type: string}, columns: [event.type, total], lint: [], max_cost: 100}"),
    ("'fetch bizevents | summarize n = count()'", '{records: [{n: "3"}]}'),
    (
        "'fetch bizevents | filter isNotNull(parts) | fields parts, at, gone'",
        "{records: [{parts: [1, 2], at: {city: Graz}, gone: null}]}",
    ),
    ("'fetch spans'", '{records: [{took: 5m, ip: 10.0.0.1, seen: "2026-01-01T00:00:00.000Z", n: 5}]}'),
    (
        "'fetch spans | fields day = seen + 1h, half = took / 2'",
        '{records: [{day: "2026-01-01T01:00:00Z", half: 150000000000}]}',
    ),
    ("'fetch bizevents | fields x = 0.0 / 0 | limit 1'", "{records: [{x: .nan}]}"),
    ("'fetch bizevents | sumarize count()'", "{error: E006}"),
    ("'fetch bizevents | limit 1'", "{lint: [B010]}"),
    ("'fetch bizevents | limit 1'", "{lint: []}"),
    (
        "'fetch bizevents | filter event.type == $Kind | summarize n = count()'\n    variables: {Kind: pay}",
        "{records: [{n: 2}]}",
    ),
    ("SELECT count(*) AS n FROM bizevents\n    language: adql", "{records: [{n: 3}]}"),
    ("'fetch bizevents | filter timestamp > now() - 90s | summarize n = count()'", "{records: [{n: 1}], error: null}"),
]


@pytest.mark.parametrize(("query", "expect"), PASSING)
def test_passes(tmp_path: Path, query: str, expect: str) -> None:
    assert problems(tmp_path, query, expect) == ""


FAILING = [
    (
        SUM,
        "{records: [{event.type: pay, total: 8}, {event.type: refund, total: 1}]}",
        'record 1\n    event.type  "pay"\n  - total       8\n  + total       7.5',
    ),
    (SUM, "{records: [{event.type: refund, total: 1}, {event.type: pay, total: 7.5}]}", "2 records differ"),
    (
        SUM,
        "{records: [{event.type: pay, total: 7.5}], order: ignore}",
        'expected 1 record, came 2; 1 record differs\n  + {"event.type": "refund"',
    ),
    (
        SUM,
        "{records: [{event.type: pay, total: 7.5}, {event.type: refund, total: 1}, {total: 9, event.type: x}]}",
        '  - {"total": 9, "event.type": "x"}',
    ),
    ("'fetch bizevents | fields total | limit 1'", '{records: [{total: "5.0"}]}', '  - total  "5.0"\n  + total  5'),
    ("'fetch bizevents | fields a = \"5\" | limit 1'", "{records: [{a: 5}]}", '  - a  5\n  + a  "5"'),
    (SUM, "{types: {total: long}}", "type of total\n  expected  long\n  came      double"),
    (SUM, "{columns: [total]}", "columns\n  expected  total\n  came      event.type, total"),
    (SUM, "{lint: [B010]}", "  - B010"),
    ("'fetch bizevents | fields total |'", "{lint: []}", "  + 1:"),
    (SUM, "{error: E001}", "  - E001\n  the query ran"),
    ("'fetch bizevents | sumarize count()'", "{records: []}", "error[E006]"),
    ("'fetch nowhere'", "{records: []}", "nowhere"),
    ("file:none.dql", "{lint: []}", "none.dql cannot be read"),
    (SUM, "{max_cost: 0}", "cost\n  expected  at most 0\n  came      "),
]


@pytest.mark.parametrize(("query", "expect", "said"), FAILING)
def test_fails_and_says_how(tmp_path: Path, query: str, expect: str, said: str) -> None:
    assert said in problems(tmp_path, query, expect)


WRONG = [
    ("    query: fetch x\n    expect: {recrods: []}\n", "13: there is no `recrods` in `expect`"),
    ("    query: fetch x\n    expct: {}\n", "13: there is no `expct` in a test"),
    ("    expect: {records: []}\n", "11: expected a `query`"),
    ("    query: fetch x\n    expect: {max_cost: true}\n", "13: expected a whole number for `max_cost`"),
    ("    query: fetch x\n  - name: one\n    query: fetch y\n", "13: expected another name, found `one` again"),
    ("    query: 'fetch x\n", "unexpected end of stream"),
    ("    query: fetch x\n    tables: {x: 5}\n", "expected records, a path, or records with `types`"),
    ("    query: fetch x\n    tables: {x: {types: {a: ip}, records: [{a: 300}]}}\n", "the table `x`"),
]


@pytest.mark.parametrize(("test", "said"), WRONG)
def test_a_wrong_file_is_told_where(tmp_path: Path, test: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = wrote(tmp_path, test)
    with pytest.raises(TestFileError) as caught:
        read(path)
    assert said in str(caught.value)
    assert main(["test", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_queries_of_files_and_documents(tmp_path: Path) -> None:
    (tmp_path / "two.dql").write_text("fetch a\n\nfetch b")
    board = {"tiles": {"3": {"type": "data", "query": "fetch bizevents | summarize n = count()"}}, "variables": []}
    (tmp_path / "board.json").write_text(json.dumps(board))
    assert problems(tmp_path, "board.json#/tiles/3", "{records: [{n: 3}]}") == ""
    assert named("file:two.dql#2", tmp_path).text == named("two.dql#2", tmp_path).text == "fetch b"
    assert named('data record(a = "x.y#1")', tmp_path).path == ""
    with pytest.raises(NoQuery, match=r"holds 2 queries; name one: two.dql#1, two.dql#2"):
        named("file:two.dql", tmp_path)
    with pytest.raises(NoQuery, match="no query at /tiles/9"):
        named("board.json#/tiles/9", tmp_path)
    with pytest.raises(NoQuery, match=r"missing\.dql cannot be read: No such file"):
        named("queries/missing.dql", tmp_path)


BLOCK = """    query: 'fetch bizevents | summarize n = count(), by:{event.type}'
    expect:
      records:  # by type
        - {event.type: pay, n: 1}
      columns: [n]
      order: keep
  - {name: two, query: fetch spans | fields n, expect: {records: [], lint: [B001]}}
  - name: new
    query: fetch spans | fields n
    expect: {error: E001}
"""


def test_update_writes_what_came_and_keeps_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wrote(tmp_path, BLOCK)
    assert main(["test", "--update", str(path)]) == 0
    text = path.read_text("utf-8")
    assert (
        "      records:  # by type\n        - {event.type: pay, n: 2}\n        - {event.type: refund, n: 1}\n" in text
    )
    assert "columns: [event.type, n]" in text
    assert "expect: {records: [{n: 5}], lint: []}}" in text
    assert text.startswith(HEAD)
    assert main(["test", str(path), "--output-format", "json"]) == 0
    capsys.readouterr()


def test_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = wrote(tmp_path, f"    query: {SUM}\n    expect: {{columns: ['<a>']}}\n  - name: two\n    query: {SUM}\n")
    report = tmp_path / "junit.xml"
    assert main(["test", str(tmp_path), "--output-format", "junit", "--output-file", str(report)]) == 1
    assert "1 failed, 1 passed" in capsys.readouterr().err
    (suite,) = ET.parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert "<a>" in str(suite[0][0].text)
    assert main(["test", str(path), "-k", "TWO"]) == 0
    assert main(["test", str(path), "-k", "three"]) == 2


def test_pytest_collects_the_same_files(tmp_path: Path) -> None:
    """With the plugin that is declared for pytest, and no other one, since a dozen of them take seconds to start."""
    wrote(tmp_path, f"    query: {SUM}\n    expect: {{columns: [x]}}\n  - name: two\n    query: {SUM}\n")
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
        "--rootdir",
        str(tmp_path),
    ]
    (plugin,) = entry_points(group="pytest11", name="dqlkit")
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*words, "-p", plugin.value, str(tmp_path)], env=environment, capture_output=True, text=True, check=False
    )
    assert "1 failed, 1 passed" in done.stdout
    assert "came      event.type, total" in done.stdout
    assert done.returncode == 1


MADE = [
    'fetch logs, from:-2h | filter loglevel == "ERROR" and contains(content, "time out") | summarize n = count(), by:{host}',
    "fetch spans | filter duration > 5s and $Env == env | fields duration, end = start_time + duration",
    "timeseries cpu = avg(dt.host.cpu.usage), mem = max(dt.host.memory), by:{dt.entity.host} | limit 3",
    "SELECT app, avg(ms) AS m FROM tx WHERE ms > 20 AND app = 'shop'",
    """fetch logs | parse content, "TIMESTAMP('yyyy-MM-dd'):t ' [' UPPER '] ' LD 'id=' INT:id" | filter id > 5 and t > t - 1d""",
    'fetch logs | filter matchesPattern(content, "LD IPADDR EOS") and took > 3',
    'smartscapeNodes "K8S_*" | fields name, in = id in [fetch hosts | fields id]',
    'fetch logs | lookup [fetch hosts | filter zone == "z"], sourceField:host, lookupField:id | filter lookup.zone == "z"',
]


@pytest.mark.parametrize("text", MADE)
def test_a_made_test_passes_and_answers_something(tmp_path: Path, text: str) -> None:
    made = make_test(named(text, tmp_path), text)
    path = tmp_path / "made.dqltest.yaml"
    path.write_text(made, encoding="utf-8")
    (case,) = read(path)
    outcome = run(case)
    assert outcome.problems == ()
    assert outcome.came is not None
    assert len(outcome.came) > 0


def test_answers_for_agents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One envelope for what is found and for what cannot be done."""
    path = wrote(tmp_path, f"    query: {SUM}\n    expect: {{columns: [x]}}\n")
    assert main(["test", str(path), "--output-format", "agent"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["ok"], found["result"]["kind"], found["context"]["warnings"]) == (True, "query tests", ["one fails"])
    assert main(["diff", "fetch a", "--output-format", "agent"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "usage"


#: What dtctl or an agent says in the environment, and whether the answer comes in the envelope.
ENVIRONMENTS = [
    ({"DTCTL_AGENT": "1", "DTCTL_PLAIN": "1", "DTCTL_CALLER_VERSION": "0.40"}, True),
    ({"CURSOR_AGENT": "1"}, True),
    ({"CODEX": "0"}, False),
    ({"CURSOR_AGENT": "1", "DTCTL_CALLER_VERSION": "0.40"}, False),
]


@pytest.mark.parametrize(("environment", "wrapped"), ENVIRONMENTS)
def test_the_plugin_of_dtctl_answers_as_the_environment_asks(
    environment: dict[str, str], wrapped: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (*dtctl._AGENTS, "DTCTL_AGENT", "DTCTL_CALLER_VERSION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(dtctl._words(["diff", "fetch a", "fetch b"])) == 1
    said = capsys.readouterr().out
    assert said.startswith("{") == wrapped
    assert not wrapped or json.loads(said)["result"]["queries"][0]["verdict"] == "differs"


def test_a_hook_of_dtctl_holds_back_a_wrong_dashboard() -> None:
    """The type and the file are its last words, the resource comes by standard input, findings go to standard error."""
    words = [sys.executable, "-m", "dqlkit", "lint", "--dtctl-hook", "dashboard", "board.yaml"]
    for query, status in (("fetch logs, from:-1h | sumarize count()", 1), ("fetch logs | fields content", 0)):
        board = json.dumps({"tiles": {"1": {"type": "data", "query": query}}, "variables": []})
        done = subprocess.run(words, input=board, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (status, "")
        assert ("board.yaml:1:" in done.stderr and "E006" in done.stderr) == bool(status)
