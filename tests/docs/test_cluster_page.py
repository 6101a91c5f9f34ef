"""The examples of the page on clusters run."""

from __future__ import annotations

import re
from pathlib import Path

import dqlkit

PAGE = (Path(dqlkit.__file__).parent / "docs" / "cluster.md").read_text(encoding="utf-8")


def test_python_examples_run() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, "cluster.md", "exec"), {})
