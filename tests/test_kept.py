"""What is made once for all processes."""

from __future__ import annotations

import marshal
import subprocess
import sys
from pathlib import Path

import pytest

from dqlkit import kept
from dqlkit.kept import Shelf


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "cache_folder", lambda: str(tmp_path / "cache"))
    return tmp_path / "cache"


def never(source: str) -> str:
    pytest.fail("made twice")


def test_what_a_process_made_the_next_one_finds(cache: Path) -> None:
    first, beside, later = Shelf("things"), Shelf("things"), Shelf("things")
    assert [first.take("a", str.upper), first.take("a", never)] == ["A", "A"]
    assert beside.take("b", str.upper) == "B"
    first.keep()
    beside.keep()
    assert [later.take("a", never), later.take("b", never)] == ["A", "B"]
    later.keep()
    assert Shelf("things").take("b", never) == "B"


def test_a_full_shelf_is_begun_anew(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shelf, "most", 2)
    for source in "abc":
        shelf = Shelf("things")
        shelf.take(source, str.upper)
        shelf.keep()
    assert Shelf("things").take("c", never) == "C"
    assert Shelf("things").take("a", str.lower) == "a"


@pytest.mark.parametrize("content", [b"", b"{", marshal.dumps([]), marshal.dumps(None)])
def test_a_damaged_shelf_is_written_anew(cache: Path, content: bytes) -> None:
    shelf = Shelf("things")
    shelf.take("a", str.upper)
    shelf.keep()
    (file,) = cache.iterdir()
    file.write_bytes(content)
    again = Shelf("things")
    assert again.take("a", str.upper) == "A"
    again.keep()
    assert Shelf("things").take("a", never) == "A"


def test_a_place_that_cannot_be_written_is_no_error(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    shelf = Shelf("things")
    assert shelf.take("a", str.upper) == "A"
    shelf.keep()


def test_a_second_start_compiles_nothing(tmp_path: Path) -> None:
    program = (
        "import builtins, sys; told = []; compiling = compile\n"
        "builtins.compile = lambda *a, **k: told.append(a) or compiling(*a, **k)\n"
        "from dqlkit.cli import main; sys.argv[1:] = ['lint', '--isolated', 'one.dql']; main()\n"
        "print(len(told))"
    )
    (tmp_path / "one.dql").write_text("fetch logs | lookup [fetch a], sourceField:a, lookupField:b | summarize count()")
    run = [sys.executable, "-c", program]
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": ":".join(sys.path)}
    told = [
        subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True).stdout.split()[-1]
        for _ in range(2)
    ]
    assert int(told[0]) > 20
    assert told[1] == "0"
