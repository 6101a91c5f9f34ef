"""The reference of ADQL's functions is complete and current."""

from __future__ import annotations

from pathlib import Path

import pytest

import dqlkit
from dqlkit.cli import main
from dqlkit.languages.adql import reference
from dqlkit.languages.adql.functions import functions

PAGE = Path(dqlkit.__file__).parent / "docs" / "adql-functions.md"


def test_page_is_up_to_date() -> None:
    """`python -m dqlkit functions --all --language adql > dqlkit/docs/adql-functions.md` mends it."""
    assert PAGE.read_text(encoding="utf-8") == reference.document()
    assert all(f"\n### {one.name} (ADQL)\n" in reference.document() for one in functions().values())


def test_the_command_line_knows_functions_of_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["functions", "stdev", "percentile"]) == 0
    shown = capsys.readouterr().out
    assert [line for line in shown.splitlines() if line.startswith("###")] == [
        "### stdev (ADQL)",
        "### percentile",
        "### percentile (ADQL)",
    ]
    assert main(["functions", "percentile", "--language", "dql"]) == 0
    assert "(ADQL)" not in capsys.readouterr().out
    assert main(["functions", "stdev", "--language", "dql"]) == 2
    assert main(["functions"]) == 0
    assert "\n\nADQL\n  avg " in capsys.readouterr().out
