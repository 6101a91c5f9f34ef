"""Sends whatever the OpenAPI description allows, and much that it does not, to a server of its own: none of it may be a 5xx.

`python -m tests.serve.described` (`make described`) takes a minute or more for some thousand; the suite sends some hundred.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from dqlkit.serve.access import Access
from tests.serve.conftest import serving

PROGRAM = "import sys; sys.argv[0] = 'schemathesis'; from schemathesis.cli import schemathesis; schemathesis()"
OPTIONS = "--checks not_a_server_error --phases coverage,fuzzing --suppress-health-check all --continue-on-failure"


def is_installed() -> bool:
    return importlib.util.find_spec("schemathesis") is not None


def sent(*options: str) -> subprocess.CompletedProcess[str]:
    """What schemathesis says of a new server."""
    with TemporaryDirectory() as folder, serving(Path(folder) / "store", Access()) as (server, address):
        server.rates = None
        command = [sys.executable, "-c", PROGRAM, "run", f"{address}/openapi.json", *OPTIONS.split(), *options]
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True
        )  # where it may leave what it remembers


def main() -> int:
    if not is_installed():
        print("this needs schemathesis: pip install schemathesis", file=sys.stderr)
        return 2
    done = sent(*sys.argv[1:])
    print(done.stdout, done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
