"""The page of a report, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dqlkit.cli import main
from tests.browser import needs_browser, seen

FIXTURES = Path(__file__).parents[2] / "fixtures"

_SIGHT = """({
  width: innerWidth,
  needed: document.documentElement.scrollWidth,
  loaded: performance.getEntriesByType("resource").length,
  paper: getComputedStyle(document.body).backgroundColor,
  sections: [...document.querySelectorAll("section")].map((one) => one.getBoundingClientRect().left),
  charts: [...document.querySelectorAll(".figure svg")].filter((one) => one.getClientRects().length).length,
  smallest: Math.min(...[...document.querySelectorAll("svg text")]
    .filter((one) => one.getClientRects().length).map((one) => one.getBoundingClientRect().height)),
  tables: document.querySelectorAll("table").length,
  headings: [...document.querySelectorAll("h2")].map((one) => one.textContent),
  switched: (() => {
    const marks = () => [...document.querySelectorAll(".figure svg path")].filter((one) => one.getClientRects().length).length
    const before = marks()
    document.querySelector(".legend input")?.click()
    return [before, marks()]
  })(),
})"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    tables = ["-t", f"bizevents={FIXTURES / 'orders.ndjson'}", "-t", f"spans={FIXTURES / 'spans.json'}"]
    for name, words in [
        ("orders", tables),
        ("rentals", [str(FIXTURES / "rentals.json")]),
    ]:
        assert (
            main(["run", str(FIXTURES / "documents" / f"{name}.json"), *words, "--out", str(folder / f"{name}.html")])
            == 0
        )
    return folder


@pytest.fixture(scope="module")
def sights(pages: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """What the pages look like, by name and width."""
    shown = [("orders", 1400), ("orders", 420), ("rentals", 420)]
    return dict(zip(shown, seen([(pages / f"{name}.html", width) for name, width in shown], _SIGHT), strict=True))


@needs_browser
def test_a_dashboard_on_a_large_screen(sights: dict[tuple[str, int], dict[str, Any]]) -> None:
    found = sights["orders", 1400]
    assert found["needed"] <= found["width"]
    assert found["loaded"] == 0
    assert len(set(found["sections"])) > 3  # tiles lie side by side
    assert (found["charts"], found["tables"]) == (3, 2)
    assert found["headings"][:3] == ["Orders", "Orders over time", "Instruments"]
    assert found["smallest"] >= 9
    before, after = found["switched"]
    assert 0 < after < before  # an entry of the legend switches its series off


@needs_browser
@pytest.mark.parametrize(("name", "charts"), [("orders", 3), ("rentals", 3)])
def test_a_phone_at_night(sights: dict[tuple[str, int], dict[str, Any]], name: str, charts: int) -> None:
    found = sights[name, 420]
    assert found["needed"] <= found["width"]
    assert len(set(found["sections"])) == 1  # one below the other
    assert found["charts"] == charts
    assert found["smallest"] >= 9
    assert sum(map(int, re.findall(r"\d+", found["paper"])[:3])) < 150


def test_the_page_forbids_what_it_does_not_need(pages: Path) -> None:
    text = (pages / "rentals.html").read_text("utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"<script|<link|@import|url\(|\bsrc=", text)


def dql(query: str, title: str, chart: str) -> dict[str, object]:
    return {"type": "dql", "title": title, "state": {"visualization": chart, "input": {"value": query}}}


EVIL = "<script>evil()</script>"
TEXTS = (
    f"{EVIL} <b onclick=evil()>bold</b> [go](javascript:evil()) <a href='javascript:evil()'>go</a>",
    "![seen](https://tracker.example/x.png) <img src=//tracker.example/y> <style>*{}</style>",
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n```dql\nfetch logs\n```",
)
HOSTILE = {
    "sections": [
        *({"type": "markdown", "markdown": one} for one in TEXTS),
        dql(f'data record(`<u>` = "{EVIL}", n = 1)', "<i>title</i>", "table"),
        dql(f'data record(k = "</svg>{EVIL}", n = 1), record(k = "b", n = 2)', "drawn", "pieChart"),
        dql(f'fetch logs | filter x = "{EVIL}"', "wrong", "table"),
    ]
}


def test_nothing_that_others_wrote_runs(tmp_path: Path) -> None:
    from dqlkit.reports import read_document, run
    from dqlkit.reports.page import page
    from dqlkit.results.formats.json import text

    written = "\n".join(page(run(read_document(text(HOSTILE), "h.json"), {})))
    for forbidden in ("<script", "onclick", '"javascript:', "<i>title", "<u>", "<style>*", "src="):
        assert forbidden not in written.split("</style>", 1)[1], forbidden
    assert "<b>bold</b>" in written
    assert '<a href="https://tracker.example/x.png"' in written
    assert "<td>1</td>" in written
    assert 'type="checkbox"' in written
    assert "fetch logs" in written
