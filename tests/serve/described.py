"""Sends whatever the OpenAPI description allows, and much that it does not, to a server of its own: none of it may be a 5xx.

`python -m tests.serve.described`, with schemathesis on the path (`pipx install schemathesis`); a minute for some thousand
requests.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from dqlkit.serve.access import Access
from tests.serve.conftest import serving

OPTIONS = "--checks not_a_server_error --phases coverage,fuzzing --suppress-health-check all --continue-on-failure"


def main() -> int:
    program = shutil.which("schemathesis")
    if program is None:
        print("this needs schemathesis: pipx install schemathesis", file=sys.stderr)
        return 2
    with TemporaryDirectory() as folder, serving(Path(folder) / "store", Access()) as (server, address):
        server.rates = None
        command = [program, "run", f"{address}/openapi.json", *OPTIONS.split(), *sys.argv[1:]]
        return subprocess.run(command, cwd=folder).returncode  # where it may leave what it remembers


if __name__ == "__main__":
    sys.exit(main())
