"""Every code that is reported is declared, once, with what to do about it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import dqlkit
from dqlkit.cli import main
from dqlkit.diagnostics.codes import codes
from dqlkit.linting.catalogue import rules

PACKAGE = Path(dqlkit.__file__).parent
CODE = re.compile(r"[A-Z]\d{3}")


def named(path: Path) -> set[str]:
    """The codes that stand in a file as texts of their own."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if CODE.fullmatch(text)}


def test_codes_are_declared_and_reported() -> None:
    declared = PACKAGE / "diagnostics" / "codes"
    used = {code for path in PACKAGE.rglob("*.py") if declared not in path.parents for code in named(path)}
    assert used - {*codes(), *rules()} == set()
    assert codes().keys() - used == set()
    assert codes().keys() & rules().keys() == set()


def test_names_are_different_and_documentation_is_sentences() -> None:
    names = [one.name for one in (*codes().values(), *rules().values())]
    assert len(names) == len(set(names))
    assert all(one.summary.endswith(".") for one in codes().values())


def test_the_command_line_knows_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "R101", "t101", "limit-without-sort"]) == 0
    shown = capsys.readouterr().out
    assert re.findall(r"^\w\d+ \S+ \(\w+\)", shown, re.M) == [
        "R101 cannot-open (error)",
        "T101 other-records (warning)",
        "B010 limit-without-sort (info)",
    ]
    assert main(["rule", "--all", "--output-format", "json"]) == 0
    assert '"code": "R090"' in capsys.readouterr().out
    assert main(["rule", "R011"]) == 2
    assert "there is no rule 'R011'; nearest is '" in capsys.readouterr().err
