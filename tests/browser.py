"""A page in a real browser: Chromium reads it, lays it out and tells what it shows. Where none is installed, tests that need
it skip and say so."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

__all__ = ["needs_browser", "seen"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_BROWSER = next((found for name in _NAMES if (found := shutil.which(name))), "")

needs_browser = pytest.mark.skipif(not _BROWSER, reason="reads a page in Chromium, which is not installed")

#: Shows copies of pages, since the pages themselves allow no script, each in a frame of its own, and asks in each.
_PROBE = """<!doctype html><body>%s<script>addEventListener("load", () => {
  const told = [...document.querySelectorAll("iframe")].map((one) => one.contentWindow.eval(one.dataset.script))
  document.body.append(Object.assign(document.createElement("pre"), { id: "told", textContent: JSON.stringify(told) }))
})</script>"""
_FRAME = '<iframe style="width: {}px; height: 900px; border: 0" data-script="{}" srcdoc="{}"></iframe>'


def seen(pages: Sequence[tuple[Path, int]], script: str) -> list[dict[str, Any]]:
    """What an expression of JavaScript tells of pages that are shown so wide, in the dark; a browser is started once."""
    texts = [
        re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text("utf-8")) for page, _ in pages
    ]
    frames = (
        _FRAME.format(width, html.escape(script), html.escape(text))
        for text, (_, width) in zip(texts, pages, strict=True)
    )
    folder = pages[0][0].parent
    probe = folder / "probe.html"
    probe.write_text(_PROBE % "".join(frames), "utf-8")
    words = [_BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--force-dark-mode"]
    words += ["--window-size=1600,900", f"--user-data-dir={folder / 'profile'}", probe.as_uri()]
    dumped = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="told">(.*?)</pre>', dumped, re.S)
    assert found, dumped[-2000:]
    told: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return told
