"""What the pages on charts and on notebooks show is true."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import dqlkit
from dqlkit.cli import main

DOCS = Path(dqlkit.__file__).parent / "docs"
PAGES = {name: (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("charts", "notebooks")}
COMMANDS = [line for text in PAGES.values() for line in re.findall(r"^\$ dqlkit (.*)$", text, re.M)]
FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "fixtures").symlink_to(FIXTURES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_run(line: str, folder: Path) -> None:
    words = shlex.split(line)
    assert main(words) == 0
    assert "--out" not in words or (folder / words[-1]).stat().st_size > 1000


@pytest.mark.parametrize("name", PAGES)
def test_python_runs(name: str, folder: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGES[name], re.S)
    exec(compile(block, f"{name}.md", "exec"), {})
    assert len(list(folder.iterdir())) == 2  # the samples, and what the example writes
