"""What the README shows is true."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from dqlkit.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_examples_run() -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


def test_both_commands_exist() -> None:
    makefile = (Path(__file__).parent.parent / "Makefile").read_text(encoding="utf-8")
    for command in ("demo", "test"):
        assert f"make {command}" in README
        assert re.search(rf"^{command}:", makefile, re.M)


def test_the_tour_runs_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    (tmp_path / "README.md").write_text(README, "utf-8")
    monkeypatch.chdir(tmp_path)
    commands = [
        shlex.split(line, comments=True)
        for block in re.findall(r"```console\n(.*?)```", README, re.S)
        for line in re.findall(r"^\$ dqlkit (.*)$", block, re.M)
    ]
    assert len(commands) > 8
    for words in commands:
        assert main(words) == 0, (words, capsys.readouterr())
    assert "pip install" in README
