"""What the page on linting says is true."""

from __future__ import annotations

import re
from pathlib import Path

import dqlkit
from dqlkit.cli.lint import configure
from dqlkit.diagnostics.formats import FORMATS
from dqlkit.frozen import fields
from dqlkit.hosts import endings
from dqlkit.hosts.document import CONTEXTS
from dqlkit.linting.check import check_text
from dqlkit.linting.linter import misfit
from dqlkit.linting.settings import Settings, read_settings

PAGE = (Path(dqlkit.__file__).parent / "docs" / "linting.md").read_text("utf-8")


def fences(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)


def test_settings_are_all_there_and_read(tmp_path: Path) -> None:
    (block,) = fences("toml")
    path = tmp_path / "dqlkit.toml"
    path.write_text(block, "utf-8")
    settings = read_settings(str(path))
    assert settings is not None
    assert misfit(settings) == ""
    known = {field.name.replace("_", "-") for field in fields(Settings)} - {"root"}
    assert {name for name in known if not re.search(rf"\b{name}\b", PAGE)} == set()


def test_contexts_formats_and_endings_are_named() -> None:
    assert {name for name in (*CONTEXTS, *FORMATS) if not re.search(rf"\b{name}\b", PAGE)} == set()
    shown = {
        ".json": "JSON",
        ".yaml": "YAML",
        ".yml": "YAML",
        ".md": "Markdown",
        ".markdown": "Markdown",
        ".hcl": ".tf",
    }
    assert {ending for ending in endings() if shown.get(ending, ending) not in PAGE} == set()


def test_options_exist() -> None:
    import argparse

    parser = argparse.ArgumentParser()
    configure(parser)
    known = {option for action in parser._actions for option in action.option_strings} | {"--check"}
    assert set(re.findall(r"(?<!-)--[a-z][a-z-]+", PAGE)) - known == set()


def test_the_query_is_as_it_says() -> None:
    (query,) = fences("dql")
    assert check_text(query, "a.dql", Settings()) == []
    assert dqlkit.parse(query).format() == query.rstrip("\n")
