"""Ctrl-C ends a query soon and quietly, whatever it is doing; a program may catch it and go on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

#: The promise is a quarter of a second; machines that run tests are busy.
SOON = 5.0

TEXTS = {"a": "ab" * 3000, "b": "ba" * 3000}
ARRAYS = {"xs": list(range(400)), "ys": list(range(400)), "zs": list(range(400))}
QUERIES = {
    "native": "fetch t | expand xs | expand ys | expand zs | sort xs + ys + zs | summarize count()",
    "row by row": "fetch t | summarize s = sum(levenshteinDistance(a, b))",
    "sub-query": "fetch t | filter a in [fetch t | filter levenshteinDistance(a, b) > 0 | fields a]",
}

PROGRAM = """
import sys, time, dqlkit
try:
    print("started", flush=True)
    dqlkit.query(sys.argv[1], {"t": sys.argv[2]})
    print("answered")
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(dqlkit.query("fetch t | summarize count()", {"t": [{"a": 1}]}).records)
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "t.ndjson"
    path.write_text("\n".join(json.dumps(TEXTS | ARRAYS) for _ in range(8)))
    return path


@pytest.mark.parametrize(
    ("query", "after"), [("native", 1.5), ("row by row", 0.0), ("row by row", 1.5), ("sub-query", 1.5)]
)
def test_a_program_may_catch_it_and_go_on(data: Path, query: str, after: float) -> None:
    command = [sys.executable, "-c", PROGRAM, QUERIES[query], str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        threading.Timer(60, process.kill).start()  # rather an end of the file than a line that never comes
        process.stdout.readline()
        time.sleep(after)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        assert time.monotonic() - sent < SOON
        assert process.stdout.readline() == "[{'count()': '1'}]\n"
        assert process.wait(60) == 0
        assert process.stderr.read() == ""


COMMAND = """
import dqlkit.__main__, sys
print("started", flush=True)
dqlkit.__main__.main()
"""


@pytest.mark.parametrize(("query", "after"), [("native", 2.0), ("row by row", 0.2), ("row by row", 2.0)])
def test_the_command_line_ends_quietly(data: Path, query: str, after: float) -> None:
    command = [sys.executable, "-c", COMMAND, "query", QUERIES[query], str(data)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after)
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert time.monotonic() - sent < SOON
    assert (process.returncode, out, err) == (130, "", "")
