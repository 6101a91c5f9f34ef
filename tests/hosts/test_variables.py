"""Files of variables: which ones count for a query, in a run and for the linter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dqlkit.hosts.variables import values
from dqlkit.linting.check import check_text
from dqlkit.linting.settings import Settings

QUERY = "fetch t, from:-1h | filter a == $near and b == $fr | summarize n = count()"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with two files of variables, and one above it that is not of it."""
    project, inner = tmp_path / "project", tmp_path / "project" / "queries" / "deep"
    inner.mkdir(parents=True)
    (project / ".git").mkdir()
    for place, held in ((tmp_path, {"outside": 1}), (project, {"far": 1, "near": 1}), (inner, {"near": 2})):
        (place / "dql-variables.json").write_text(json.dumps(held))
    return inner


def test_the_nearest_file_counts_up_to_the_root_of_the_project(folder: Path) -> None:
    assert values(folder) == {"far": 1, "near": 2}


def test_the_linter_knows_them_in_files_of_queries(folder: Path) -> None:
    (found,) = (one.diagnostic for one in check_text(QUERY, str(folder / "q.dql"), Settings()))
    assert (found.code, QUERY[found.span.start : found.span.end]) == ("V001", "$fr")
    assert found.help == "Is `$far` meant?"


def test_without_such_a_file_nothing_is_undefined(tmp_path: Path) -> None:
    assert check_text(QUERY, str(tmp_path / "q.dql"), Settings()) == []


@pytest.mark.parametrize("text", ["[1]", "{", '{"a": ' + "[" * 10**5])
def test_what_cannot_be_read_is_named(folder: Path, text: str) -> None:
    (folder / "dql-variables.json").write_text(text)
    with pytest.raises(ValueError, match=r"deep.dql-variables\.json"):
        values(folder)
    assert check_text(QUERY, str(folder / "q.dql"), Settings()) == []
