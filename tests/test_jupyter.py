"""The magics, in a real shell of IPython."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"
ROWS = [{"host": "a", "n": 1}, {"host": "b", "n": 3}]


@pytest.fixture(scope="module")
def shell() -> Iterator[Any]:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    made = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    frames = {"polars_frame": pl.DataFrame(ROWS), "pandas_frame": pd.DataFrame(ROWS), "lazy": pl.LazyFrame(ROWS)}
    made.user_ns |= frames | {"rows": ROWS, "arrow": pl.DataFrame(ROWS).to_arrow(), "host": "b", "hosts": ["a", "b"]}
    made.user_ns["orders"] = FIXTURES / "orders.ndjson"
    made.run_cell("%load_ext dqlkit").raise_error()
    yield made
    made.reset()


def run(shell: Any, cell: str) -> Any:
    done = shell.run_cell(cell)
    done.raise_error()
    return done.result


@pytest.mark.parametrize("name", ["polars_frame", "pandas_frame", "lazy", "rows", "arrow"])
def test_frames_in_scope_are_tables(shell: Any, name: str) -> None:
    assert run(shell, f"%%dql\nfetch {name} | filter host == $host").records == [{"host": "b", "n": "3"}]


def test_a_line_can_be_assigned_and_braces_are_those_of_the_query(shell: Any) -> None:
    run(shell, "found = %dql fetch rows | filter in(host, array($hosts)) | summarize n = sum(n), by: {host}")
    assert [*map(dict.values, shell.user_ns["found"].typed().records)] != []
    assert run(shell, "%dql fetch found | summarize total = sum(n)").records == [{"total": 4.0}]


def test_files_and_other_names(shell: Any) -> None:
    assert len(run(shell, "%dql --max-records 3 fetch orders")) == 3
    assert len(run(shell, "%%dql -t events=orders --max-records 3\nfetch events")) == 3
    assert len(run(shell, f"%%adql -t t={FIXTURES / 'products.json'}\nSELECT productBrand, count(*) FROM t")) > 2


def test_an_answer_is_shown_as_a_table_in_html_and_in_text(shell: Any) -> None:
    data, _ = shell.display_formatter.format(run(shell, "%dql fetch rows"))
    assert data["text/html"].startswith("<table>")
    assert data["text/plain"].splitlines() == [
        "host       n",
        "string  long",
        "──────  ────",
        "a          1",
        "b          3",
    ]


def test_a_chart_is_drawn_and_the_answer_named(shell: Any) -> None:
    data, _ = shell.display_formatter.format(run(shell, "%%dql kept -o chart\nfetch rows"))
    assert "<svg" in data["text/html"]
    assert "█" in data["text/plain"]
    assert run(shell, "%%dql kept\nfetch rows | limit 1") is None
    assert len(shell.user_ns["kept"]) == 1


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%%dql\nfetch rows | filtr n", "Did the query mean `filter`?"),
        ("%dql fetch nothing", "Tables given: "),
        ("%%dql -o png\nfetch rows", "--out FILE"),
        ("%%dql --nope\nfetch rows", "there is no option"),
        ("%%dql two names\nfetch rows", "one argument too many"),
        ("%%dql 'open\nfetch rows", "closing quotation"),
        ("%%dql\nfetch rows | filter host == $nobody", "expected a value for `$nobody`"),
    ],
)
def test_slips_are_told_without_a_traceback(
    shell: Any, cell: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert type(shell.run_cell(cell).error_in_exec).__name__ == "UsageError"
    told = "".join(capsys.readouterr())
    assert said.lower() in told.lower()
    assert "Traceback" not in told
