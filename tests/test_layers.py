"""Imports run one way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_layers() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([str(command)], cwd=Path(__file__).parent.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
