"""What the server bears: single events, batches, and queries over a store of a million events, or of EVENTS.

`python benchmarks/server.py [SECONDS [EVENTS]]` starts servers of its own and sends to them with wrk (`apt install wrk`) over
loopback; with the defaults that takes about two minutes, and prints the table of `benchmarks/README.md`. Rates depend on
how much of the machine is free, so the CPU time that the server takes per request stands beside them, and what connections
alone take in the same minute.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")


#: Connections alone: every request is answered by its head.
FLOOR = """
import asyncio, sys, uvloop
from dqlkit.serve.connection import Connection, Site
from dqlkit.serve.fault import Answer
async def main():
    site = Site(lambda request: Answer(202), set(), 1000)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(site), "127.0.0.1", int(sys.argv[1]))
    print("listening on http://127.0.0.1:" + sys.argv[1], file=sys.stderr, flush=True)
    await server.serve_forever()
uvloop.run(main())
"""


@contextmanager
def started(*words: str) -> Iterator[tuple[int, str]]:
    """A Python process that serves, and its address; it is ended afterwards."""
    with subprocess.Popen([sys.executable, *words], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = process.stderr.readline().split()[-1]
        until = time.monotonic() + 30
        while not _answers(address) and time.monotonic() < until:
            time.sleep(0.05)
        try:
            yield process.pid, address
        finally:
            process.terminate()
            process.wait()


def _answers(address: str) -> bool:
    try:
        return bool(httpx.get(address).status_code)
    except httpx.TransportError:
        return False


def serving(folder: str) -> AbstractContextManager[tuple[int, str]]:
    return started("-m", "dqlkit", "serve", "--store", folder, "--port", "0")


def cpu(pid: int) -> float:
    """The seconds of CPU that a process has taken."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def load(pid: int, address: str, name: str, batch: int, connections: int, seconds: int) -> str:
    """A row: what wrk saw while it sent."""
    before = cpu(pid)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(HERE / "post.lua")]
    url = f"{address}/api/v2/bizevents/ingest"
    said = subprocess.run(
        [*command, url], capture_output=True, text=True, env={**os.environ, "BATCH": str(batch)}
    ).stdout
    taken = cpu(pid) - before
    words = said.split()
    requests = int(words[words.index("requests") - 1])
    rate = float(words[words.index("Requests/sec:") + 1])
    late = words[words.index("99%") + 1]
    failed = " some failed |" if "Non-2xx" in said else ""
    each = f"{taken / requests * 1e6:,.0f} µs"
    return f"| {name}, {connections} connections | {rate:,.0f} | {rate * batch:,.0f} | {late} | {each} |{failed}"


def ask(client: httpx.Client, query: str) -> tuple[float, Any]:
    """The seconds that an answer took, and its records."""
    begun = time.perf_counter()
    frame = {"defaultTimeframeStart": "2020-01-01T00:00:00Z", "defaultTimeframeEnd": "2100-01-01T00:00:00Z"}
    root = "/platform/storage/query/v1/query:"
    said = client.post(f"{root}execute", json={"query": query, **frame}).json()
    token = {"request-token": said["requestToken"], "request-timeout-milliseconds": 30_000}
    while said["state"] == "RUNNING":
        said = client.get(f"{root}poll", params=token).json()
    return time.perf_counter() - begun, said["result"]["records"]


def filled(address: str, events: int) -> None:
    """Send so many events, and look for one more."""
    rows = [{"event.type": f"type-{n % 7}", "shop": f"shop-{n % 100}", "total": n / 7, "n": n} for n in range(10_000)]
    body, headers = json.dumps(rows), {"content-type": "application/json"}
    with httpx.Client(base_url=address, timeout=120) as client:
        begun = time.perf_counter()
        for _ in range(events // len(rows)):
            client.post("/api/v2/bizevents/ingest", content=body, headers=headers).raise_for_status()
        rate = events / (time.perf_counter() - begun)
        print(f"\n{events:,} small events in batches of {len(rows):,} by one client: {rate:,.0f} a second")
        begun = time.perf_counter()
        client.post("/api/v2/bizevents/ingest", json={"mark": 1}).raise_for_status()
        _, records = ask(client, "fetch bizevents | filter mark == 1 | summarize count()")
        took, found = time.perf_counter() - begun, records[0]["count()"]
        print(f"an event is found {took:.2f} s after it was sent, behind all others ({found} found)")


def grouped(address: str, events: int) -> None:
    """Ask for groups of all events."""
    query = 'fetch bizevents | filter event.type == "type-3" | summarize n = count(), total = sum(total), by:{shop}'
    with httpx.Client(base_url=address, timeout=120) as client:
        took = [ask(client, query)[0] for _ in range(15)]
    print(
        f"group-by over {events:,} events after compaction: median {median(took) * 1000:.0f} ms, "
        f"best {min(took) * 1000:.0f} ms, worst {max(took) * 1000:.0f} ms"
    )


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("this needs wrk: apt install wrk")
    seconds, events = (int(one) for one in [*sys.argv[1:3], *["8", "1000000"][len(sys.argv) - 1 :]])
    print("| load | requests/s | events/s | p99 | CPU of the server per request |\n| --- | ---: | ---: | ---: | ---: |")
    with started("-c", FLOOR, "8099") as (pid, address):
        print(load(pid, address, "connections alone", 1, 64, seconds), flush=True)
    with TemporaryDirectory() as folder:
        with serving(f"{folder}/ingest") as (pid, address):
            for batch, connections in ((1, 1), (1, 64), (100, 8), (1000, 8)):
                name = "one event a request" if batch == 1 else f"{batch} events a request"
                print(load(pid, address, name, batch, connections, seconds), flush=True)
        with serving(f"{folder}/query") as (_, address):
            filled(address, events)
        subprocess.run([sys.executable, "-m", "dqlkit", "store", "compact", f"{folder}/query"], check=True)
        with serving(f"{folder}/query") as (_, address):
            grouped(address, events)


if __name__ == "__main__":
    main()
