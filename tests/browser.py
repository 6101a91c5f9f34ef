"""A page in a real browser: Chromium reads it, lays it out and tells what it shows. Where none is installed, tests that need
it skip and say so."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

__all__ = ["needs_browser", "seen"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_BROWSER = next((found for name in _NAMES if (found := shutil.which(name))), "")

needs_browser = pytest.mark.skipif(not _BROWSER, reason="reads a page in Chromium, which is not installed")

#: Runs in a copy of the page, since the page itself allows no script.
_PROBE = """<script>addEventListener("load", () => {
  const told = %s
  document.body.append(Object.assign(document.createElement("pre"), { id: "told", textContent: JSON.stringify(told) }))
})</script>"""


def seen(page: Path, script: str, width: int = 1280, dark: bool = False) -> dict[str, Any]:
    """What an expression of JavaScript tells of a page that is shown so wide."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text("utf-8"))
    copy = page.with_name(f"seen-{page.name}")
    copy.write_text(text.replace("</body>", _PROBE % script + "</body>"), "utf-8")
    words = [_BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", f"--window-size={width},900"]
    words += [f"--user-data-dir={page.parent / 'profile'}", *(["--force-dark-mode"] if dark else []), copy.as_uri()]
    dumped = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="told">(.*?)</pre>', dumped, re.S)
    assert found, dumped[-2000:]
    told: dict[str, Any] = json.loads(html.unescape(found[1]))
    return told
