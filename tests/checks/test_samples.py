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
#: A repository of samples has settings; its README says what a team would run.
SAMPLES = [path.parent for path in sorted(TOP.glob("fixtures/*/dqlkit.toml"))]
DOCS = TOP / "dqlkit" / "docs"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_linted_and_answers_as_expected(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(sample)]) == 0
    assert main(["test", str(sample)]) == 0
    assert " passed" in capsys.readouterr().out


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_reviewed(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (before,) = sample.glob("*/*.before.*")
    after = before.with_name(before.name.replace(".before", ""))
    assert main(["diff", str(before), str(after)]) == 1
    assert capsys.readouterr().out == after.with_suffix(".diff.txt").read_text("utf-8")


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
