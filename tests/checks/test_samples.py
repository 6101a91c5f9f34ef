"""The repository of samples, and the pages: what they show is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from dqlkit.checks.files import read
from dqlkit.checks.runner import run
from dqlkit.cli import main

TOP = Path(__file__).parents[2]
SHOP = TOP / "fixtures" / "shop"
DOCS = TOP / "dqlkit" / "docs"


@pytest.mark.parametrize("case", read(SHOP / "tests" / "shop.dqltest.yaml"), ids=lambda case: case.name)
def test_the_shop_answers_as_expected(case) -> None:  # type: ignore[no-untyped-def]
    assert run(case).problems == ()


def test_the_shop_is_linted_and_reviewed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(SHOP)]) == 0
    capsys.readouterr()
    assert main(["diff", str(SHOP / "boards" / "shop.before.json"), str(SHOP / "boards" / "shop.json")]) == 1
    assert capsys.readouterr().out == (SHOP / "boards" / "shop.diff.txt").read_text("utf-8")


def test_the_page_of_tests(tmp_path: Path) -> None:
    text = (DOCS / "test.md").read_text("utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.S)
    assert example is not None
    path = tmp_path / "page.dqltest.yaml"
    path.write_text(example[1], encoding="utf-8")
    assert [run(case).problems for case in read(path)] == [(), (), ()]


def test_the_page_of_differences(capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"```console\n(.*?)```", (DOCS / "diff.md").read_text("utf-8"), re.S)
    assert shown is not None
    for part in shown[1].split("$ dqlkit ")[1:]:
        command, _, output = part.partition("\n")
        main(shlex.split(command))
        assert capsys.readouterr().out == output
