"""What the page on charts shows is true."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import dqlkit
from dqlkit.cli import main

PAGE = (Path(dqlkit.__file__).parent / "docs" / "charts.md").read_text(encoding="utf-8")
FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "fixtures").symlink_to(FIXTURES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", re.findall(r"^\$ dqlkit (.*)$", PAGE, re.M))
def test_commands_run(line: str, folder: Path) -> None:
    words = shlex.split(line)
    assert main(words) == 0
    assert "--out" not in words or (folder / words[-1]).stat().st_size > 1000


def test_python_runs(folder: Path) -> None:
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.S):
        exec(compile(block, "charts.md", "exec"), {})
    assert (folder / "sales.svg").read_text("utf-8").startswith("<svg")
