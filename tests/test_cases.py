"""Plain-text cases: a directory each, with a query and what it must yield.

`query.dql` or `query.adql` is the question; `case.toml` beside it names tables (files of `fixtures/`, or records) and
options. Expected are `plan.txt`, `canonical.dql` or `.adql`, `translation.adql` or `.dql` (with the findings of the
translation), `result.json` (records and types) or `findings.txt`. `pytest tests/test_cases.py --rewrite` writes them.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import dqlkit
from dqlkit.diagnostics.text import full
from dqlkit.engines.polars import Frame
from dqlkit.engines.table import EVERYTHING
from dqlkit.plan.operators import Operator
from dqlkit.results import Result
from dqlkit.run.options import Options
from dqlkit.run.tables import tables_of
from tests.engines.every import alike, answer

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures"
CASES = sorted(path for path in (HERE / "cases").iterdir() if path.is_dir())


class Case:
    """One directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        source = next(folder.glob("query.*"))
        self.language = source.suffix[1:]
        self.text = source.read_text(encoding="utf-8").rstrip("\n")
        options = folder / "case.toml"
        self.options: dict[str, Any] = tomllib.loads(options.read_text("utf-8")) if options.exists() else {}
        tables = self.options.pop("tables", {})
        self.tables = {n: FIXTURES / t if isinstance(t, str) else t for n, t in tables.items()}
        self.query = dqlkit.parse(self.text, self.language)  # type: ignore[arg-type]

    def yields(self) -> dict[str, str]:
        """File names with what belongs into them now."""
        if self.query.errors:
            return {"findings.txt": full(self.query.diagnostics, self.text)}
        other = "adql" if self.language == "dql" else "dql"
        translation = self.query.translate(other)  # type: ignore[arg-type]
        findings = full(translation.diagnostics, self.text)
        result = self.query.run(self.tables, **self.options).to_dict()
        shown = {"records": result["records"], "types": result["types"]}
        return {
            "plan.txt": self.query.explain(),
            f"canonical.{self.language}": self.query.canonical(),
            f"translation.{other}": "\n".join(part for part in (translation.text.rstrip("\n"), findings) if part),
            "result.json": json.dumps(shown, indent=1, ensure_ascii=False),
        }


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_case(folder: Path, request: pytest.FixtureRequest) -> None:
    case = Case(folder)
    for name, text in case.yields().items():
        path = folder / name
        if request.config.getoption("--rewrite"):
            path.write_text(text + "\n", encoding="utf-8")
        wanted = path.read_text(encoding="utf-8")
        if name.endswith(".json"):  # as values: a sum of doubles in parallel may end in another last digit
            assert alike(json.loads(wanted), json.loads(text)), f"{path} differs"
        else:
            assert wanted == text + "\n", f"{path} differs"


RUNNING = [folder for folder in CASES if not Case(folder).query.errors]


@pytest.mark.parametrize("folder", RUNNING, ids=lambda folder: folder.name)
def test_engines_agree(folder: Path) -> None:
    case = Case(folder)
    plan = case.query.plan
    assert isinstance(plan, Operator)
    tables = tables_of(plan, case.tables, case.text)
    context = Options(**case.options).context(lambda: None)
    expected = answer(
        plan, {name: table.scan(EVERYTHING).frame.records() for name, table in tables.items()}, context
    ).records
    actual = case.query.run(case.tables, **case.options)
    wanted = Result.of(Frame.from_records(expected), timezone=context.timezone).records
    assert len(wanted) == len(actual.records)
    for one, other in zip(wanted, actual.records, strict=True):
        assert alike(one, {name: other[name] for name in one})
