"""What the server bears: single events, batches, and queries over a store of a million events, or of EVENTS.

`python benchmarks/server.py [SECONDS [EVENTS]]` starts a server of its own and sends to it with wrk (`apt install wrk`) over
loopback. Rates depend on how much of the machine is free, so the CPU time that the server takes per request stands beside
them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")


def started(folder: str) -> tuple[subprocess.Popen[str], str]:
    """A server and its address."""
    command = [sys.executable, "-m", "dqlkit", "serve", "--store", folder, "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    return process, process.stderr.readline().split()[-1]


def cpu(pid: int) -> float:
    """The seconds of CPU that a process has taken."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def load(process: subprocess.Popen[str], address: str, batch: int, connections: int, seconds: int) -> str:
    """A row: what wrk saw while it sent."""
    before = cpu(process.pid)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(HERE / "post.lua")]
    url = f"{address}/api/v2/bizevents/ingest"
    said = subprocess.run(
        [*command, url], capture_output=True, text=True, env={**os.environ, "BATCH": str(batch)}
    ).stdout
    taken = cpu(process.pid) - before
    words = said.split()
    requests = int(words[words.index("requests") - 1])
    rate = float(words[words.index("Requests/sec:") + 1])
    late = words[words.index("99%") + 1]
    failed = "Non-2xx" in said
    name = "one event a request" if batch == 1 else f"{batch} events a request"
    return (
        f"| {name}, {connections} connections | {rate:,.0f} | {rate * batch:,.0f} | {late} | {taken / requests * 1e6:,.0f} µs |"
        + (" some failed |" if failed else "")
    )


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


def queries(address: str, events: int) -> None:
    """Queries over so many events, one of which was just sent."""
    with httpx.Client(base_url=address, timeout=120) as client:
        rows = [
            {"event.type": f"type-{n % 7}", "shop": f"shop-{n % 100}", "total": n / 7, "n": n} for n in range(10_000)
        ]
        body = json.dumps(rows)
        begun = time.perf_counter()
        for _ in range(events // len(rows)):
            client.post("/api/v2/bizevents/ingest", content=body, headers={"content-type": "application/json"})
        print(
            f"\n{events:,} events in batches of {len(rows):,}: {events / (time.perf_counter() - begun):,.0f} a second"
        )
        client.post("/api/v2/bizevents/ingest", json={"mark": 1})
        took, records = ask(client, "fetch bizevents | filter mark == 1 | summarize count()")
        print(f"an event is found {took:.2f} s after its ingest, among all others ({records[0]['count()']} found)")
        settle(client)
        query = 'fetch bizevents | filter event.type == "type-3" | summarize n = count(), total = sum(total), by:{shop}'
        took = [ask(client, query)[0] for _ in range(15)]
        print(f"group-by over {events:,} events: median {median(took) * 1000:.0f} ms, best {min(took) * 1000:.0f} ms")


def settle(client: httpx.Client) -> None:
    """Wait until what was sent is flushed and put together."""
    last = -1.0
    while (now := ask(client, "fetch bizevents | summarize count()")[0]) and (last < 0 or now < last * 0.8):
        last = now
        time.sleep(3)


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("this needs wrk: apt install wrk")
    seconds, events = (int(one) for one in [*sys.argv[1:3], *["10", "1000000"][len(sys.argv) - 1 :]])
    print("| load | requests/s | events/s | p99 | CPU of the server per request |\n| --- | ---: | ---: | ---: | ---: |")
    with TemporaryDirectory() as folder:
        process, address = started(f"{folder}/ingest")
        try:
            for batch, connections in ((1, 1), (1, 64), (100, 8), (1000, 8)):
                print(load(process, address, batch, connections, seconds), flush=True)
        finally:
            process.terminate()
            process.wait()
        process, address = started(f"{folder}/query")
        try:
            queries(address, events)
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
