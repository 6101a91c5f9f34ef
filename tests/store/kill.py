"""Kills a process that writes a store, at any moment, and looks at what is left: `python -m tests.store.kill 5` for five minutes.

The process writes numbered events from several threads, flushes and compacts all the time, and tells which events were
acknowledged. After each kill the store is opened again and read: every acknowledged event has to be there once, every other
one at most once.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from dqlkit.store.store import Pace, Store
from dqlkit.store.table import stored, table_of

PACE = Pace(events=200, seconds=0.02, often=0.01, files=3, versions=5)
THREADS = 8


def write(folder: str, first: int) -> None:
    """Write until the end."""
    store = Store(folder, PACE)

    def loop(number: int) -> None:
        while True:
            size = random.choice((1, 1, 5, 40))
            ids = range(number, number + size * THREADS, THREADS)
            store.append("bizevents", [{"id": one, "text": f"event {one}"} for one in ids]).result()
            os.write(1, f"{' '.join(map(str, ids))}\n".encode())
            number += size * THREADS

    with ThreadPoolExecutor(THREADS) as pool:
        [*pool.map(loop, range(first, first + THREADS))]


def killed(folder: Path, first: int, seconds: float) -> list[int]:
    """The events that a writer acknowledged before it was killed."""
    command = [sys.executable, "-c", f"from tests.store.kill import write; write({str(folder)!r}, {first})"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline()]
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().splitlines(keepends=True)
    return [int(word) for line in told if line.endswith("\n") for word in line.split()]


def recovered(folder: Path) -> tuple[Counter[int], float]:
    """How often each event is in the store, read both before and after it is opened again; and how long opening took."""
    table = table_of(folder, "bizevents")
    assert table is not None
    before = Counter(stored(table.folder).frame.collect()["id"])
    started = time.perf_counter()
    store = Store(folder, PACE)
    took = time.perf_counter() - started
    again = table_of(folder, "bizevents")
    assert again is not None
    after = Counter(stored(again.folder).frame.collect()["id"])
    store.close()
    assert before == after, "recovery changed what is there"
    return after, took


def rounds(folder: Path, count: int, until: float) -> tuple[int, int, float]:
    """Kill so often, or until a time: the number of kills and of acknowledged events, and the longest start."""
    acknowledged: list[int] = []
    slowest, kills = 0.0, 0
    while kills < count and time.time() < until:
        acknowledged += killed(folder, (kills + 1) * 10_000_000, random.uniform(0.0, 1.0))
        found, took = recovered(folder)
        kills, slowest = kills + 1, max(slowest, took)
        lost = [one for one in acknowledged if not found[one]]
        doubled = [one for one, times in found.items() if times > 1]
        assert (lost, doubled) == ([], []), f"after {kills} kills"
    return kills, len(acknowledged), slowest


if __name__ == "__main__":
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with TemporaryDirectory() as folder:
        kills, events, slowest = rounds(Path(folder) / "store", 10**9, time.time() + minutes * 60)
    print(f"{kills} kills, {events} acknowledged events: 0 lost, 0 doubled; slowest start {slowest:.2f} s")
