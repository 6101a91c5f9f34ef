"""The reference of the commands: complete, current, and its examples yield what they show."""

from __future__ import annotations

from pathlib import Path

import pytest

import dqlkit
from dqlkit.cli import main
from dqlkit.languages.dql import reference
from dqlkit.languages.dql.commands import commands
from dqlkit.languages.dql.vocabulary import TAKES
from dqlkit.results.json_lines import json_lines

PAGE = Path(dqlkit.__file__).parent / "docs" / "commands.md"


@pytest.mark.parametrize("name", commands())
def test_examples_yield_what_they_show(name: str) -> None:
    examples = reference.examples(commands()[name])
    assert examples
    for text, answer in examples:
        query = dqlkit.parse(text)
        assert query.diagnostics == ()
        assert f"{commands()[name].name} " in text
        if answer:
            assert [*json_lines(query.run({}).typed())] == answer


def test_every_role_has_words_and_every_parameter_is_on_its_page() -> None:
    roles = {one.kind.role for command in commands().values() for one in command.signature.parameters}
    assert roles == TAKES.keys()
    for command in commands().values():
        page = reference.page(command)
        assert all(f"| `{one.name}{':' if one.named else ''}`" in page for one in command.signature.parameters)


def test_page_is_up_to_date() -> None:
    """`python -m dqlkit commands --all > dqlkit/docs/commands.md` mends it."""
    assert PAGE.read_text(encoding="utf-8") == reference.document()


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main([*words]) == 2
    return capsys.readouterr().err


def test_the_command_line_knows_commands_and_what_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commands"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(commands())
    assert main(["commands", "Summarize", "limit"]) == 0
    assert "| summarize aggregation, …, [by: {…}]" in capsys.readouterr().out
    assert "Use `filter`." in told(capsys, "commands", "where")
    assert "`dqlkit functions count`" in told(capsys, "commands", "count")
    assert "nearest is 'summarize'" in told(capsys, "commands", "sumarize")
    assert "`dqlkit commands summarize`" in told(capsys, "functions", "summarize")
    assert "nearest is 'summarize'" in told(capsys, "functions", "sumarize")
