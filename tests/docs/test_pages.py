"""What pages show is true: their commands run, print what stands below them, and their programs end.

In blocks marked `console` a line `$ dqlkit …` is a command line, and what follows is its output, where something does; else it
has to succeed. Blocks marked `python` run one after the other, in one namespace for each page. All of it happens in a folder
with the sample exports.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import dqlkit
from dqlkit.cli import main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((Path(dqlkit.__file__).parent / "docs").glob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.S | re.M)


def commands(page: Path) -> list[tuple[str, str]]:
    """Command lines with their output."""
    return [
        (line.strip(), output)
        for block in blocks(page, "console")
        for line, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M)
    ]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    (tmp_path / "README.md").symlink_to(ROOT / "README.md")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.stem)
def test_commands_print_what_is_shown(page: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for line, output in commands(page):
        if "|" in shlex.split(line):
            here = f'dqlkit() {{ {sys.executable} -m dqlkit "$@"; }}; {line}'
            status = subprocess.run(["bash", "-c", here]).returncode
        else:
            program, *words = shlex.split(line, comments=True)
            assert program == "dqlkit"
            status = main(words)
        written = capfd.readouterr()
        if output:
            assert written.out == output, line
        else:
            assert status == 0, (line, written)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.stem)
def test_programs_run(page: Path) -> None:
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, page.name, "exec"), names)


def test_every_page_is_named_by_another() -> None:
    texts = {page: page.read_text("utf-8") for page in PAGES}
    for page in PAGES[1:]:
        assert any(f"{page.name})" in text for other, text in texts.items() if other != page), page
