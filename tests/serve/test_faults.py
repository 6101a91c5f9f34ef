"""What goes wrong around the server: full disks, slow and half-closed clients, workers that die, addresses out of nowhere."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dqlkit.run import workers
from dqlkit.serve.access import Access
from dqlkit.serve.app import APIS
from dqlkit.serve.openapi import description
from dqlkit.store.store import Pace
from tests.serve import described
from tests.serve.conftest import serving


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", tmp_path], capture_output=True)
    if mounted.returncode:
        pytest.skip("fills a disk, and may not mount a small one")
    yield tmp_path
    subprocess.run(["umount", "-l", tmp_path], check=True)


def test_a_full_disk_is_told_and_service_goes_on_when_there_is_room(small_disk: Path) -> None:
    with (
        serving(small_disk / "store", Access(), Pace(seconds=3600.0)) as (_, address),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        (small_disk / "other").write_bytes(b"x" * 2_000_000)
        body = json.dumps([{"n": 1, "text": random.randbytes(50_000).hex()}])
        sent = {"content": body, "headers": {"content-type": "application/json"}}
        codes = []
        while 503 not in codes and len(codes) < 200:
            codes.append(client.post("/api/v2/bizevents/ingest", **sent).status_code)  # type: ignore[arg-type]
        assert codes[-1] == 503
        full = client.post("/api/v2/bizevents/ingest", **sent)  # type: ignore[arg-type]
        assert (full.headers["retry-after"], full.json()["errors"][0]["message"] != "") == ("5", True)
        kept = codes.count(202)
        (small_disk / "other").unlink()
        assert client.post("/api/v2/bizevents/ingest", **sent).status_code == 202  # type: ignore[arg-type]
        query = {"query": "fetch bizevents | summarize n = count()"}
        found = client.post("/platform/storage/query/v1/query:execute", json=query).json()
        assert found["result"]["records"] == [{"n": str(kept + 1)}], "what was refused was not stored"


def test_clients_that_leave_or_never_finish_disturb_nobody(api: httpx.Client) -> None:
    port = api.base_url.port
    head = b"POST /api/v2/bizevents/ingest HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    slow = []
    for rest in (
        b"Content-Length: 100\r\n\r\n{",
        b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a"',
        b"",
        b"Content-Length: x\r\n\r\n",
    ):
        one = socket.create_connection(("127.0.0.1", port))
        one.sendall(head + rest)
        slow.append(one)
    slow[0].shutdown(socket.SHUT_WR)
    slow[1].close()
    started = time.monotonic()
    assert api.post("/api/v2/bizevents/ingest", json={"a": 1}).status_code == 202
    assert time.monotonic() - started < 10
    for one in slow:
        one.close()
    assert api.post("/api/v2/bizevents/ingest", json={"a": 1}).status_code == 202


def test_a_body_that_does_not_come_is_not_waited_for(api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dqlkit.serve.connection._BODY_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", api.base_url.port)) as one:
        one.sendall(b"POST /api/v2/events/ingest HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{")
        one.settimeout(30)
        assert one.recv(4096).startswith(b"HTTP/1.1 408 ")


def test_a_worker_that_dies_costs_its_query_and_nothing_else(api: httpx.Client) -> None:
    slow = "data record(a=array(1,2,3,4,5,6,7,8,9,10)) " + "| fieldsAdd b = a | expand b " * 9 + "| summarize count()"
    root = "/platform/storage/query/v1/query:"
    before = {worker.pid for worker in workers._nursery.waiting}
    token = api.post(f"{root}execute", json={"query": slow, "requestTimeoutMilliseconds": 300}).json()["requestToken"]
    busy = before - {worker.pid for worker in workers._nursery.waiting} or _children(workers._nursery._process)
    for pid in busy:
        os.kill(pid, signal.SIGKILL)
    polled = api.get(f"{root}poll", params={"request-token": token, "request-timeout-milliseconds": 30000}).json()
    assert (polled["state"], polled["error"]["details"]["errorType"]) == ("FAILED", "QUERY_LIMIT_REACHED")
    assert api.post(f"{root}execute", json={"query": "data record(a=1)"}).status_code == 200


def _children(process: Any) -> set[int]:
    return {int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()}


ODD = [
    b"",
    b"\0",
    b"null",
    b"[]",
    b"{}",
    b'""',
    b"[null]",
    b"[[]]",
    b'{"query":"\\u0000"}',
    b"\xff",
    b'{"a":1e999}',
    b"-",
    b"[{}," * 9,
]
PATHS = [(route.method, path) for api in APIS for route in api.routes for path in route.paths]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_no_request_makes_the_server_fail(api: httpx.Client, method: str, path: str) -> None:
    """Bodies and parameters that no client should send."""
    filled = path.replace("{name}", "%00%F0").replace("{event}", "a%2Fb").replace("{key}", "%22")
    content = ["application/json", "application/vnd.appd.events+json;v=2", "application/x-www-form-urlencoded"]
    for number, body in enumerate(ODD if method in ("POST", "PATCH") else [b""] * 4):
        query = {
            name: random.Random(number).choice(["", "-1", "\0", "é", "9" * 30])
            for name in ("from", "pageSize", "limit", "start", "request-token", "cursor", "nextPageKey")
        }
        headers = {"content-type": content[number % 3], "accept": "*/*"}
        found = api.request(method, filled, params=query if number % 2 else {}, content=body, headers=headers)
        assert found.status_code < 500, (found.status_code, body, found.text[:300])


def test_nothing_that_the_description_allows_makes_the_server_fail() -> None:
    if not described.is_installed():
        pytest.skip("sends what the description allows, and schemathesis is not installed")
    done = described.sent("--max-examples", "2", "--generation-deterministic")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_description_names_every_route_and_answer() -> None:
    found = description(APIS)
    operations = [one for path in found["paths"].values() for one in path.values()]
    assert len(operations) == len(PATHS)
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(one["summary"] and one["responses"] for one in operations)
    taken = found["paths"]["/platform/storage/query/v1/query:execute"]["post"]["requestBody"]["content"]
    assert taken["application/json"]["schema"]["required"] == ["query"]
    taken = found["paths"]["/events/query"]["post"]["requestBody"]["content"]
    assert sorted(taken) == ["application/vnd.appd.events+json", "application/vnd.appd.events+text"]
