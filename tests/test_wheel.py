"""The wheel holds all that it needs: built, installed beside nothing, and tried."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

PROGRAM = """
import shutil, sys, dqlkit
from dqlkit import compiled
assert "site" in dqlkit.__file__, dqlkit.__file__
assert bool(compiled.json_decoder) == bool(shutil.which("cc"))
assert dqlkit.parse("fetch a | summarize Count()").canonical() == "fetch a\\n| summarize count()"
assert dqlkit.query("SELECT a FROM t", {"t": [{"a": 1}]}, language="adql").records == [{"a": "1"}]
"""


def run(*command: str, **environment: str) -> None:
    done = subprocess.run(command, cwd=Path("/"), env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_wheel(tmp_path: Path) -> None:
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    run(*pip, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path))
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    run(*pip, "install", "--no-deps", "--target", str(site), str(wheel))
    cache = str(tmp_path / "cache")
    run(sys.executable, "-c", PROGRAM, PYTHONPATH=str(site), XDG_CACHE_HOME=cache, HOME=str(tmp_path))
