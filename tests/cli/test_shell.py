"""`dqlkit shell`, through a real terminal and through a pipe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prompt_toolkit.document import Document

from dqlkit.cli import main
from dqlkit.cli.shell.colours import Colours
from dqlkit.cli.shell.dots import DOTS
from dqlkit.cli.shell.shell import is_complete, statements
from tests.terminal import Terminal

ORDERS = [{"city": city, "total": n} for n, city in enumerate(["Linz", "Wien", "Linz", "Graz"])]
SHELL = (sys.executable, "-m", "dqlkit", "shell")
LONG = "fetch wide | expand xs | expand ys | expand zs | sort xs + ys + zs | summarize count()"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "orders.ndjson").write_text("\n".join(map(json.dumps, ORDERS)))
    wide = {name: list(range(400)) for name in ("xs", "ys", "zs")}
    (tmp_path / "wide.ndjson").write_text("\n".join(json.dumps(wide) for _ in range(8)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def test_a_session(folder: Path) -> None:
    tables = ("-t", "orders=orders.ndjson", "-t", "wide=wide.ndjson")
    with Terminal(*SHELL, *tables, folder=folder, NO_COLOR="1") as terminal:
        terminal.until("Tables: orders, wide.", "dqlkit>")
        for typed, offered in [
            ("fetch ord", "orders"),
            ("ers | summ", "summarize"),
            ("\x15fetch orders | filter ci", "city   string"),
            ('ty == "', "Graz"),
            ("\x15fetch orders | summarize countDi", "countDistinctExact"),
            ("\x15fetch orders | summarize count(), b", "by:"),
            ("\x15.mo", "how answers are written"),
        ]:
            terminal.send(typed)
            terminal.until(offered)
        terminal.send("\x15fetch orders |\r")
        terminal.until("|\n      ·")
        terminal.send("summarize n = count(), by: {city}\r")
        terminal.until("3 records · 2 fields", "Linz       2")
        terminal.send("| lmit 1\r")
        terminal.until("query:3:3", "3 | | lmit 1\n  |   ^^^^", "Did the query mean `limit`?")
        terminal.send("| limit 1\r")
        terminal.until("1 record · 2 fields")
        terminal.send("\x0c.stages\r")
        terminal.until("           4     ", "           3     ", "           1     ", "limit 1")
        terminal.send(f"\x0c{LONG}\r")
        terminal.until(LONG, keys=False)
        time.sleep(0.5)  # the prompt has let go of the terminal; now it runs
        terminal.send("\x03")
        terminal.until("stopped")
        terminal.send("data record(still = 7)\r")
        terminal.until("1 record · 1 field ")
        terminal.send("unfinished\x03.quit\r")
        assert terminal.wait() == 0
    history = (folder / "state" / "dqlkit" / "history").read_text()
    assert "+fetch orders |\n+summarize n = count(), by: {city}\n" in history
    assert "unfinished" not in history


def test_a_script(folder: Path) -> None:
    script = """
        .mode csv
        .timing on
        fetch orders | limit 1;
        fetch orders
        | summarize n = count(), by: {city}
        | sort city
        fetch nosuch
        .mode xml
        .nosuch
        .set $wanted Linz Graz
        .set max-records 1
        .set timezone Nowhere
        fetch orders | filter in(city, array($wanted))
        .set $wanted
        .set max-records
        .open more=orders.ndjson
        SELECT count(*) AS n
        FROM more
        .quit
        .help
    """
    done = subprocess.run([*SHELL, "-t", "orders=orders.ndjson"], input=script, capture_output=True, text=True)
    assert done.returncode == 1
    opened = (
        "orders             4 records  2 fields, JSON records\nmore               4 records  2 fields, JSON records\n"
    )
    asked = "$wanted Linz Graz\nmax-records 1\n$wanted Linz Graz\ncity,total\nLinz,0\nmax-records 1\n"
    answers = "city,total\nLinz,0\ncity,n\nGraz,1\nLinz,2\nWien,1\n" + asked + opened + "n\n4\n"
    assert done.stdout == "mode csv\ntiming on\n" + answers
    for words in (" s to run, ", "R001", "Tables given: `orders`", "expected one of ", "no command '.nosuch'", "R008"):
        assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_words_have_colours_and_mistakes_are_underlined() -> None:
    text = 'fetch a // all\n| fliter b == "x"\n| limit'
    line = Colours(lambda typed: f"fetch before\n{typed}").lex_document(Document(text))
    assert [(style, part) for style, part, *_ in line(1) if style] == [
        (" underline ansired", "fliter"),
        ("ansigreen", '"x"'),
    ]
    assert ("ansibrightblack", "// all") in line(0)
    assert "".join(part for _, part, *_ in line(2)) == "| limit"
    assert not any("underline" in style for style, *_ in line(2))  # it may go on
    assert Colours(str).lex_document(Document(".mode csv"))(0) == [("", ".mode csv")]


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("fetch a", True),
        ("fetch a | limit 1;", True),
        ("| limit 1", True),
        (".mode", True),
        ("fetch a | lmit 1", True),
        ("SELECT * FROM a", True),
        ("fetch a |", False),
        ("fetch a | sort b,", False),
        ("fetch a | summarize count(), by: {", False),
        ("fetch a | filter b ==", False),
        ("fetch a | filter b ==\n", True),
        ("SELECT *", False),
    ],
)
def test_enter_runs_what_is_complete(text: str, complete: bool) -> None:
    assert is_complete(text) == complete


def test_texts_of_a_file_end_where_they_are_complete() -> None:
    lines = "fetch a |\nlimit 1\nfetch b\n| limit 2\n\n\n.tables\nfetch c |".splitlines(keepends=True)
    found = ["fetch a |\nlimit 1\n", "fetch b\n| limit 2\n", ".tables\n", "fetch c |"]
    assert [*statements(lines)] == found


def test_each_command_of_the_shell_is_in_its_help(folder: Path) -> None:
    done = subprocess.run(SHELL, input=".help", capture_output=True, text=True)
    assert all(f"  .{name} " in done.stdout for name in DOTS)
    assert {"tables", "schema", "timing", "mode", "open", "stages", "help", "quit"} <= DOTS.keys()


def test_without_its_library_the_extra_is_named(folder: Path) -> None:
    (folder / "prompt_toolkit.py").write_text("raise ModuleNotFoundError('none')")
    path = os.pathsep.join([str(folder), *sys.path])
    with Terminal(*SHELL, folder=folder, PYTHONPATH=path) as terminal:
        terminal.until("pip install 'dqlkit[shell]'")
        assert terminal.wait() == 2
    assert main(["shell", "nosuch.json"]) == 2
