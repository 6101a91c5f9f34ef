"""Charts as pictures, drawn by the real library."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import dqlkit
from dqlkit.cli import main

ROWS = [{"shop": shop, "total": len(shop)} for shop in ("north", "<south> & \"west\"")]  # fmt: skip
QUERY = "fetch r | summarize total = sum(total), by: {shop}"
FIXTURES = Path(__file__).parents[3] / "fixtures"


@pytest.fixture(scope="module")
def result() -> dqlkit.Result:
    return dqlkit.query(QUERY, {"r": ROWS})


def test_svg_tells_its_numbers_and_needs_no_network(result: dqlkit.Result, tmp_path: Path) -> None:
    result.write(tmp_path / "c.svg")
    text = (tmp_path / "c.svg").read_text("utf-8")
    titles = [one.text for one in ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ['<south> & "west": 16', "north: 5"]
    assert not re.search(r"(?:href|src)=|url\(http", text)


def test_png(result: dqlkit.Result, tmp_path: Path) -> None:
    result.write(tmp_path / "c.png")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_a_page_shows_the_chart_above_the_records(result: dqlkit.Result, tmp_path: Path) -> None:
    result.write(tmp_path / "c.html")
    page = (tmp_path / "c.html").read_text("utf-8")
    assert page.count("<svg ") == 2
    assert page.index("<svg ") < page.index("<table>")
    assert "<south>" not in page
    assert "<script" not in page


def test_without_the_library_the_extra_is_named(
    result: dqlkit.Result, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    words = ["query", "fetch spans | summarize count(), by: {service.name}", str(FIXTURES / "spans.json")]
    assert main([*words, "--out", str(tmp_path / "c.svg")]) == 2
    assert "pip install 'dqlkit[charts]'" in capsys.readouterr().err
    assert not (tmp_path / "c.svg").exists()
    assert main([*words, "--out", str(tmp_path / "c.html")]) == 0
    assert "dqlkit[charts]" in (tmp_path / "c.html").read_text("utf-8")
