"""Kills a process that writes a store, and looks at what is left: `python -m tests.store.kill 5` for five minutes.

The process writes numbered events from several threads, flushes and compacts all the time, and tells which events were
acknowledged. It is killed at any moment, or just after something happened to the files of its table. Then the store is
read, and the next process opens it and writes on: every acknowledged event has to be there once, every other one at most
once.
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
from threading import Thread

from dqlkit.frozen import field, mutable
from dqlkit.store.layout import folder_of
from dqlkit.store.store import Pace, Store
from dqlkit.store.table import stored, table_of

PACE = Pace(events=200, seconds=0.02, often=0.01, files=3, versions=5)
THREADS = 8
#: What may have happened to the folder of the table just before a kill: a file of what name has come.
MOMENTS = {
    "at any moment": "",
    "in a flush": "part-*.parquet",
    "after a commit": "_delta_log/*.json",
    "in a compaction": "part-*-c000*.parquet",
    "after a checkpoint": "_delta_log/*.checkpoint.parquet",
}
#: So many seconds are waited for that; so many times one store is used.
_PATIENCE, _USES = 8.0, 40


@mutable
class Killed:
    """How often it was killed at which moments, the events that were acknowledged, the seconds of the slowest start."""

    moments: Counter[str] = field(default_factory=Counter)
    events: int = 0
    slowest: float = 0.0

    def __str__(self) -> str:
        kinds = ", ".join(f"{times} {moment}" for moment, times in self.moments.most_common())
        kills = f"{self.moments.total()} kills ({kinds}), {self.events:,} acknowledged events"
        return f"{kills}: 0 lost, 0 doubled; slowest start {self.slowest:.2f} s"


def write(folder: str, first: int) -> None:
    """Write until the end; the first line says how long opening the store took."""
    began = time.perf_counter()
    store = Store(folder, PACE)
    os.write(1, f"{time.perf_counter() - began}\n".encode())

    def loop(number: int) -> None:
        while True:
            size = random.choice((1, 1, 5, 40))
            ids = range(number, number + size * THREADS, THREADS)
            store.append("bizevents", [{"id": one, "text": f"event {one}"} for one in ids]).result()
            os.write(1, f"{' '.join(map(str, ids))}\n".encode())
            number += size * THREADS

    with ThreadPoolExecutor(THREADS) as pool:
        [*pool.map(loop, range(first, first + THREADS))]


def killed(folder: Path, first: int, moment: str, seconds: float) -> tuple[list[int], float, bool]:
    """The events that a writer acknowledged before it was killed, how long it took to open the store, and whether that was
    at the moment that was meant."""
    command = [sys.executable, "-c", f"from tests.store.kill import write; write({str(folder)!r}, {first})"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        took, told = float(process.stdout.readline()), [process.stdout.readline()]
        reader = Thread(target=lambda: told.extend(process.stdout))  # type: ignore[arg-type]
        reader.start()
        came = not moment or _came(folder_of(folder, "bizevents"), moment)
        time.sleep(seconds if not moment else seconds / 50)
        process.send_signal(signal.SIGKILL)
        reader.join()
    return [int(word) for line in told if line.endswith("\n") for word in line.split()], took, came


def _came(folder: Path, pattern: str) -> bool:
    """Whether a new file of that name came in time."""
    before, until = set(folder.glob(pattern)), time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if set(folder.glob(pattern)) - before:
            return True
        time.sleep(0.002)
    return False


def found(folder: Path) -> Counter[int]:
    """How often each event is in the store, as any other process reads it."""
    table = table_of(folder, "bizevents")
    assert table is not None
    return Counter(stored(table.folder).frame.collect()["id"])


def rounds(folder: Path, count: int, until: float) -> Killed:
    """Kill so often, or until a time."""
    seen, acknowledged = Killed(), list[int]()
    while seen.moments.total() < count and time.time() < until:
        kills = seen.moments.total()
        store = folder / str(kills // _USES)
        if kills % _USES == 0:
            acknowledged = []
        moment = random.choice([*MOMENTS])
        told, took, came = killed(store, (kills + 1) * 10_000_000, MOMENTS[moment], random.uniform(0.0, 1.0))
        acknowledged += told
        times = found(store)
        lost = [one for one in acknowledged if not times[one]]
        doubled = [one for one, often in times.items() if often > 1]
        assert (lost, doubled) == ([], []), f"after {kills + 1} kills, the last {moment}"
        seen.moments[moment if came else "at any moment"] += 1
        seen.events, seen.slowest = seen.events + len(told), max(seen.slowest, took)
    return seen


if __name__ == "__main__":
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with TemporaryDirectory() as folder:
        print(rounds(Path(folder), 10**9, time.time() + minutes * 60))
