"""`dqlkit query` as it is called: words in any order, and helpful ones for each slip."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dqlkit.cli import main

COUNT = "fetch bizevents | summarize n = count()"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("orders.ndjson").write_text('{"total": 1}\n{"total": 2}\n', "utf-8")


def told(capsys: pytest.CaptureFixture[str], *words: str, status: int = 2) -> str:
    """What stderr says of a command line that does not run."""
    assert main([*words]) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


@pytest.mark.parametrize(
    "words",
    [
        [COUNT, "-o", "csv", "orders.ndjson"],
        [COUNT, "orders.ndjson", "-o", "csv"],
        ["-o", "csv", COUNT, "orders.ndjson"],
        ["-o", "csv", COUNT, "--timezone", "-02:00", "orders.ndjson", "--max-records", "5"],
        ["--timezone=-02:00", COUNT, "-o", "csv", "--", "orders.ndjson"],
        [COUNT, "-t", "bizevents=orders.ndjson", "-o", "csv"],
        [COUNT, "-o", "csv", "-t", "bizevents=~/orders.ndjson"],
        [COUNT, "-o", "csv", "~/orders.ndjson"],
        ["SELECT count(*) AS n FROM bizevents", "-o", "csv", "orders.ndjson"],
    ],
)
def test_words_in_any_order(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", os.getcwd())
    assert main(["query", *words]) == 0
    assert capsys.readouterr().out == "n\n2\n"


def test_with_f_all_operands_are_files(capsys: pytest.CaptureFixture[str]) -> None:
    Path("q.dql").write_text(COUNT, "utf-8")
    assert main(["query", "orders.ndjson", "-o", "csv", "orders.ndjson", "-f", "q.dql"]) == 0
    assert capsys.readouterr().out == "n\n4\n"


def test_a_query_from_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(COUNT))
    assert main(["query", "-", "-o", "csv", "orders.ndjson"]) == 0
    assert capsys.readouterr().out == "n\n2\n"
    assert "can be read once" in told(capsys, "query", "-", "-t", "bizevents=-")
    assert "can be read once" in told(capsys, "query", COUNT, "-", "-t", "bizevents=-")


@pytest.mark.parametrize(
    ("words", "help"),
    [
        (["orders.ndjson", COUNT], f"the query comes first, then the files: '{COUNT}' orders.ndjson"),
        (["-o", "csv", "orders.ndjson"], "orders.ndjson is a file, and a query comes first"),
        (["q.dql", "orders.ndjson"], "`-f q.dql` reads the query from it"),
        ([COUNT, "order.ndjson"], "there is no file 'order.ndjson'; nearest is 'orders.ndjson'"),
        ([COUNT, "orders"], "there is no file 'orders'; nearest is 'orders.ndjson'"),
        ([COUNT, "-t", "bizevents=nodir/x.json"], "there is no folder 'nodir'"),
        ([COUNT, "fetch logs"], "found a second query: fetch logs"),
        ([COUNT, "-t", "=x"], "-t takes NAME=PATH, not '=x'"),
        ([COUNT, "-t", "orders.ndjson"], "-t takes NAME=PATH, not 'orders.ndjson'"),
        ([COUNT, "-t", "a="], "expected a path, found nothing"),
        ([COUNT, "--var", "=x"], "--var takes NAME=VALUE, not '=x'"),
        ([COUNT, "--max-records", "-1"], "--max-records: expected a number from 0 on, found '-1'"),
        ([COUNT, "--max-records", "many"], "--max-records: expected a number from 0 on, found 'many'"),
        ([COUNT, "--tabel", "x"], "there is no option '--tabel'; nearest is '--table'"),
        ([COUNT, "orders.ndjson", "--from", "yesterday"], "found `yesterday`"),
        ([COUNT, "orders.ndjson", "--from", "2026-01-02", "--to", "2026-01-01"], "expected an end after the start"),
        ([COUNT, "orders.ndjson", "--timezone", "Mars"], "no time zone `Mars`"),
        ([COUNT, "orders.ndjson", "--folder", "nodir"], "--folder takes a folder"),
        ([COUNT, "orders.ndjson", "--out", "x.xlsx"], "x.xlsx: expected a name that ends in one of"),
        ([COUNT, "orders.ndjson", "--out", "x"], "x: expected a name that ends in one of"),
        ([COUNT, "orders.ndjson", "--out", "nodir/x.csv"], "nodir/x.csv: the file cannot be written"),
        (["fetch a | fields b = 'x'", "orders.ndjson", "-o", "xml"], "choose from"),
        ([], "a query is needed"),
        ([" "], "is empty"),
        (["-f", "."], "cannot read .: Is a directory"),
        (["-f", "nosuch.dql"], "cannot read nosuch.dql: No such file"),
        (["-f", "q.dql", "fetch logs | limit 1"], "expected one query, found two"),
        (["-f", "q.dql", "-f", "r.dql"], "expected one query, found two"),
    ],
)
def test_slips_of_usage(words: list[str], help: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert help in told(capsys, "query", *words)


@pytest.mark.parametrize(
    ("words", "help"),
    [
        (["fetch bizevent", "-t", "bizevents=orders.ndjson"], "Did the query mean `bizevents`?"),
        (["fetch bizevents | lmit 1", "orders.ndjson"], "Did the query mean `limit`?"),
        (["fetch bizevents\n\nfetch logs\n", "orders.ndjson"], "query holds 2 queries: run one at a time."),
    ],
)
def test_slips_of_queries(words: list[str], help: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert help in told(capsys, "query", *words, status=1)


def test_a_file_without_a_name_serves_what_is_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    query = 'fetch bizevents | lookup [load "/lookups/x"], sourceField:a, lookupField:b'
    missing = told(capsys, "query", query, "orders.ndjson", status=1)
    assert "expected a table `/lookups/x`" in missing
    assert "expected a table `bizevents`" not in missing
    assert "--folder DIR" in missing


def test_times_relative_to_now(capsys: pytest.CaptureFixture[str]) -> None:
    Path("seen.ndjson").write_text('{"timestamp": "2026-01-01T00:00:00Z"}\n{"timestamp": "2026-01-03T00:00:00Z"}\n')
    for start in ("-2d", "now-2d"):
        assert main(["query", COUNT, "--now", "2026-01-04T00:00:00Z", "--from", start, "-o", "csv", "seen.ndjson"]) == 0
        assert capsys.readouterr().out == "n\n1\n"


def test_a_command_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nearest is 'query'" in told(capsys, "qurey", COUNT)
    assert "dqlkit query 'QUERY' FILE" in told(capsys, COUNT, "orders.ndjson")


@pytest.mark.parametrize(
    ("words", "redirected", "status"),
    [
        (f"query '{COUNT}' orders.ndjson -o csv", "> /dev/full", 2),
        (f"query '{COUNT}' orders.ndjson -o parquet", "> /dev/full", 2),
        (f"query '{COUNT}' orders.ndjson -o csv", ">&-", 0),
        (f"query '{COUNT}' orders.ndjson -o csv --out /dev/full", "", 2),
        ("query -", "<&-", 2),
        ("query 'fetch x | lmit 1'", "2>&-", 1),
        ("--help", "> /dev/full", 2),
        ("functions --all", "| head -1", 0),
    ],
)
def test_no_traceback_whatever_the_streams_are(words: str, redirected: str, status: int) -> None:
    command = f"set -o pipefail; {sys.executable} -m dqlkit {words} {redirected}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr, "Exception" in done.stderr) == (status, False, False)


def test_the_same_file_in_and_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "fetch x | limit 1", "orders.ndjson", "--out", "orders.ndjson"]) == 0
    assert Path("orders.ndjson").read_text("utf-8") == '{"total":"1"}\n'


@pytest.mark.parametrize(
    ("query", "unloaded"), [("fetch x | lmit 1", "polars"), ("data record(a = 1) | fields b = a + 1", "pyarrow")]
)
def test_a_query_loads_no_more_than_it_needs(query: str, unloaded: str) -> None:
    program = f"import sys; from dqlkit.cli import main; main(['query', {query!r}]); print({unloaded!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "False"
