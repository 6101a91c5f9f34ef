"""The page for people, in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)


def shown(api: httpx.Client, folder: Path, **query: str) -> str:
    """The page as the browser has it after its script ran."""
    if BROWSER is None:
        pytest.skip("shows the page in a browser, and there is no Chromium")
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=20000",
        f"--user-data-dir={folder}",
    ]
    command = [BROWSER, *options, "--dump-dom", f"{api.base_url}?{urlencode(query)}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120).stdout


def test_the_page_is_whole_by_itself(api: httpx.Client) -> None:
    found = api.get("/")
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert not re.search(r"(src|href)=|url\(|@import", found.text), "it loads nothing"


def test_an_answer_is_a_table_and_a_chart(api: httpx.Client, tmp_path: Path) -> None:
    mark = str(uuid4())
    events = [
        {"mark": mark, "shop": shop, "total": total} for shop, total in (("Wien <b>", 3), ("Graz", 5), ("Graz", 1))
    ]
    api.post("/api/v2/bizevents/ingest", json=events)
    query = f'fetch bizevents | filter mark == "{mark}" | summarize total = sum(total), by:{{shop}} | sort total'
    page = shown(api, tmp_path, query=query, run="1")
    assert re.findall(r"<td[^>]*>(.*?)</td>", page) == ["Wien &lt;b&gt;", "3", "Graz", "6"]
    assert re.findall(r"<th [^>]*>([^<]*)<small>(.*?)</small>", page) == [("shop", " string"), ("total", " double")]
    assert page.count("<rect") == 2


def test_bars_are_told_apart_by_short_texts(api: httpx.Client, tmp_path: Path) -> None:
    query = f'data record(n = 3, shop = "Wien", said = "{"word " * 20}"), record(n = 5, shop = "Graz", said = "no")'
    page = shown(api, tmp_path, query=query, run="1")
    assert [text for text in re.findall(r"<text[^>]*>(.*?)</text>", page) if text.isalpha()] == ["Wien", "Graz"]


def test_a_point_between_gaps_is_seen_and_times_are_readable(api: httpx.Client, tmp_path: Path) -> None:
    query = """data record(at = toTimestamp("2026-01-01T00:00:10Z")), record(at = toTimestamp("2026-01-01T00:10:10Z"))
    | makeTimeseries n = count(), time:at, interval:1m, from:"2026-01-01T00:00:00Z", to:"2026-01-01T00:12:00Z"
    """
    page = shown(api, tmp_path, query=query, run="1")
    assert page.count("<circle") == 2
    times = "2026-01-01T00:00:00Z – 2026-01-01T00:12:00Z"
    assert re.findall(r"<td[^>]*>(.*?)</td>", page)[:2] == [times, "1 m"]


@pytest.mark.parametrize(
    ("made", "labels"),
    [
        ("n = count(), total = sum(total), by:{shop}", ["Graz", "Wien"]),  # a second number is no label
        ("n = count(), by:{total}", ["1", "3", "5"]),  # but the only key is one
    ],
)
def test_bars_are_named_by_what_groups_them(api: httpx.Client, tmp_path: Path, made: str, labels: list[str]) -> None:
    mark = str(uuid4())
    events = [{"mark": mark, "shop": shop, "total": total} for shop, total in (("Wien", 3), ("Graz", 5), ("Graz", 1))]
    api.post("/api/v2/bizevents/ingest", json=events)
    page = shown(api, tmp_path, query=f'fetch bizevents | filter mark == "{mark}" | summarize {made}', run="1")
    assert re.findall(r'<text [^>]*text-anchor="end"[^>]*>(.*?)</text>', page) == labels


def test_errors_are_underlined_where_they_are(api: httpx.Client, tmp_path: Path) -> None:
    page = shown(api, tmp_path, query="fetch logs\n| filter x(1)\n| limt 5")
    assert re.findall(r'<u class="error">(.*?)</u>', page) == ["x", "limt"]
    assert "There's no command `limt`." in page
