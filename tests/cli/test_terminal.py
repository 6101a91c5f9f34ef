"""What a terminal shows, through a real pseudo-terminal."""

from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

import pytest

from dqlkit.diagnostics.visible import visible

HOSTILE = "a\x1b[31m\u202eb\u200b\ufeff"


def shown(folder: Path, *words: str, pager: str = "") -> str:
    """What `dqlkit` writes to a terminal of 80 columns."""
    command = [sys.executable, "-m", "dqlkit", *words]
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.environ.update(COLUMNS="80", LINES="24", NO_COLOR="1", PYTHONUTF8="1", PAGER=pager)
        os.execv(command[0], command)
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:  # the other side has ended
        pass
    os.close(terminal)
    os.waitpid(process, 0)
    return b"".join(parts).decode().replace("\r\n", "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "n.csv").write_text("n,name\n" + "".join(f"{n},x\n" for n in range(20_001)), "utf-8")
    return tmp_path


def test_a_long_table_has_types_a_limit_and_a_footer(folder: Path) -> None:
    lines = shown(folder, "query", "fetch x", "n.csv").splitlines()
    assert lines[0].split() == ["n", "name"]
    assert lines[1].split() == ["long", "string"]
    assert lines[3].split() == ["0", "x"]
    assert len(lines) == 44
    assert lines[-1].startswith("20,001 records, the first 40 shown (--rows 0 shows all) · 2 fields · ")


def test_all_rows_where_that_is_asked(folder: Path) -> None:
    lines = shown(folder, "query", "fetch x | limit 50", "n.csv", "--rows", "0").splitlines()
    assert len(lines) == 54
    assert lines[-1].startswith("50 records · 2 fields · ")


def test_what_is_longer_than_the_screen_goes_through_the_pager(folder: Path) -> None:
    long, short, pager = "fetch x | limit 30", "fetch x | limit 3", "sed s/^/P:/"
    assert shown(folder, "query", long, "--rows", "0", "n.csv", pager=pager).startswith("P:")
    assert shown(folder, "query", long, "-o", "csv", "n.csv", pager=pager).startswith("P:n")
    blocks = f"{long} | fieldsAdd {', '.join(f'name{k} = n' for k in range(20))}"
    assert shown(folder, "query", blocks, "n.csv", pager=pager).startswith("P:── 1 ")
    for words in ([long], [short, "--rows", "0"], [long, "-o", "csv", "--no-pager"]):
        assert "P:" not in shown(folder, "query", *words, "n.csv", pager=pager)


@pytest.mark.parametrize("format", ["table", "csv", "ndjson", "markdown", "json"])
def test_nothing_hides_in_an_answer(folder: Path, format: str) -> None:
    query = f'data record(`f{HOSTILE}` = "{HOSTILE}")'
    text = shown(folder, "query", query, "-o", format)
    assert "u202e" in text
    assert visible(text) == text


def test_nothing_hides_in_an_error(folder: Path) -> None:
    for words in (
        [f"fetch {HOSTILE} | lmit 1"],
        [f"fetch `{HOSTILE}`"],
        ["fetch x", f"{HOSTILE}.csv"],
        ["-f", HOSTILE],
    ):
        text = shown(folder, "query", *words)
        assert "u202e" in text
        assert visible(text) == text


def test_what_is_seen_stays_as_it_is() -> None:
    for text in ("plain", "上野駅", "e\u0301", "a\tb\nc", "→ ✓", "👍🏽"):
        assert visible(text) == text
    assert visible("\x1b\x9b\u200d\ud800\U000e0041") == "\\x1b\\x9b\\u200d\\ud800\\U000e0041"
