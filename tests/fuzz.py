"""`python -m tests.fuzz MINUTES [PATH…]`: every property, in any order, with random examples, until the minutes are over.

There is a process for each core, each with one thread of Polars: the tables are small.

A round that fails ends it: pytest has printed the smallest example and the line that replays it, and exits as it does.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

from tests.profiles import RANDOM

#: How a round is told when to stop and in which order to go.
UNTIL, ORDER = "DQLKIT_FUZZ_UNTIL", "DQLKIT_FUZZ_ORDER"
_NONE_LEFT = 5  # pytest's exit status where no test is left


def main(minutes: float, paths: list[str]) -> int:
    until = time.time() + 60 * minutes
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-rfE",
        "-n",
        "auto",
        "-m",
        "hypothesis",
        f"--hypothesis-profile={RANDOM}",
    ]
    while time.time() < until:
        environment = os.environ | {UNTIL: str(until), ORDER: str(random.randrange(10**9)), "POLARS_MAX_THREADS": "1"}
        status = subprocess.run([*command, *paths], env=environment, check=False).returncode
        if status not in (0, _NONE_LEFT):
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
