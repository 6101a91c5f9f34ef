"""The README says how to begin; `tests/docs/test_pages.py` runs what it shows."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_both_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("demo", "test"):
        assert f"make {command}" in README
        assert re.search(rf"^{command}:", makefile, re.M)


def test_the_tour_begins_with_an_installation() -> None:
    assert README.index("pip install") < README.index("```console")
    assert len(re.findall(r"^\$ dqlkit ", README, re.M)) > 8
