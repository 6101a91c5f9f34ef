"""What the page on reading shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dqlkit

PAGE = (Path(dqlkit.__file__).parent / "docs" / "reading.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", PAGE, re.S))
def test_examples_run(block: str) -> None:
    exec(compile(block, "reading.md", "exec"), {})
