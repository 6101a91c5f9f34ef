# ruff: noqa: E501
"""What clients do on a connection, byte by byte: habits of real ones, and what no client should do."""

from __future__ import annotations

import random
import re
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from dqlkit.serve.access import Access, read_access
from dqlkit.serve.listen import allow_files
from tests.serve.conftest import TOKENS, serving

INGEST = b"POST /api/v2/bizevents/ingest HTTP/1.1\r\n"
HOST, KIND, LENGTH = b"Host: 127.0.0.1\r\n", b"Content-Type: application/json\r\n", b"Content-Length: 7\r\n"
BODY = b'{"a":1}'
WHOLE = INGEST + HOST + KIND + LENGTH + b"\r\n" + BODY
GET = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@contextmanager
def connected(api: httpx.Client) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", api.base_url.port or 0)) as one:
        one.settimeout(30)
        yield one


def read_to_end(one: socket.socket) -> bytes:
    found = b""
    while part := one.recv(1 << 16):
        found += part
    return found


def said(api: httpx.Client, sent: bytes) -> str:
    """What is answered to a client that sends this and then closes its side, as `nc -N` does."""
    with connected(api) as one:
        one.sendall(sent)
        one.shutdown(socket.SHUT_WR)
        return read_to_end(one).decode("latin-1")


HABITS = {
    "headers in any case and order": (INGEST + b"content-length: 7\r\nACCEPT: */*\r\ncontent-type:application/json;charset=UTF-8\r\nhost: 127.0.0.1\r\n\r\n" + BODY, [202]),
    "HTTP/1.0": (WHOLE.replace(b"1.1", b"1.0"), [202]),
    "HTTP/1.0 without a host": (WHOLE.replace(b"1.1", b"1.0").replace(HOST, b""), [202]),
    "HTTP/1.0 that stays": ((WHOLE.replace(b"1.1", b"1.0").replace(HOST, HOST + b"Connection: keep-alive\r\n")) * 2, [202, 202]),
    "several ahead": (WHOLE * 3 + GET + b"\r\n" + b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + WHOLE, [202, 202, 202, 200, 404, 202]),
    "more ahead than are taken at once": (WHOLE * 100, [202] * 100),
    "chunks, an extension, a trailer": (INGEST + HOST + KIND + b'Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=1\r\n":1}\r\n0\r\nT: x\r\n\r\n', [202]),
    "an upgrade of Java, which is not taken up": (WHOLE.replace(HOST, HOST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n") + WHOLE, [202, 202]),
    "an upgrade without a body": (GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + WHOLE, [200, 202]),
    "a whole address": (GET.replace(b"/openapi", b"http://127.0.0.1/openapi") + b"\r\n", [200]),
    "two slashes in front, one behind": (WHOLE.replace(b"/api/v2/bizevents/ingest", b"//api/v2/bizevents/ingest/"), [202]),
    "refused, and the next is not": (INGEST + HOST + b"Content-Type: text/plain\r\n" + LENGTH + b"\r\n" + BODY + b"POST /no HTTP/1.1\r\n" + HOST + LENGTH + b"\r\n" + BODY + WHOLE, [415, 404, 202]),
    "closed by the client": (WHOLE.replace(HOST, HOST + b"Connection: close\r\n") + WHOLE, [202]),
    "no body": (INGEST + HOST + KIND + b"\r\n", [400]),
}  # fmt: skip
WRONG = {
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "no host": (WHOLE.replace(HOST, b""), 400),
    "two hosts": (WHOLE.replace(HOST, HOST + b"Host: evil.example\r\n"), 400),
    "two lengths": (WHOLE.replace(LENGTH, LENGTH + b"Content-Length: 8\r\n"), 400),
    "length and chunks": (WHOLE.replace(LENGTH, LENGTH + b"Transfer-Encoding: chunked\r\n"), 400),
    "a tunnel": (b"CONNECT 127.0.0.1:80 HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "a negative length": (WHOLE.replace(b": 7", b": -7"), 400),
    "no size of a chunk": (INGEST + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "a folded header": (GET + b"X: a\r\n b\r\n\r\n", 400),
    "half a body": (WHOLE[:-3], 400),
    "a long header": (GET + b"X: " + b"x" * 100_000 + b"\r\n\r\n", 431),
    "many headers": (GET + b"".join(b"X%d: y\r\n" % n for n in range(20_000)) + b"\r\n", 431),
    "a long address": (b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "a long body": (WHOLE.replace(b": 7", b": 99999999"), 413),
    "a long body in chunks": (INGEST + HOST + KIND + b"Transfer-Encoding: chunked\r\n\r\n" + (b"80000\r\n" + b" " * 0x80000 + b"\r\n") * 12, 413),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "codes"), HABITS.values(), ids=HABITS)
def test_habits_of_clients(api: httpx.Client, sent: bytes, codes: list[int]) -> None:
    found = said(api, sent)
    assert [int(code) for code in re.findall(r"HTTP/1\.1 (\d{3}) [A-Z]", found)] == codes


#: Short ones, without the one that goes on behind the request it wants to be the last: the server has closed by then.
CUT = [name for name, (sent, _) in HABITS.items() if len(sent) < 5000 and name != "closed by the client"]


@pytest.mark.parametrize("name", CUT)
def test_it_does_not_matter_where_packets_end(api: httpx.Client, name: str) -> None:
    sent, codes = HABITS[name]
    cuts = sorted(random.Random(name).sample(range(1, len(sent)), 8))
    with connected(api) as one:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for first, last in zip([0, *cuts], [*cuts, len(sent)], strict=True):
            one.sendall(sent[first:last])
            time.sleep(0.002)
        one.shutdown(socket.SHUT_WR)
        found = read_to_end(one).decode("latin-1")
    assert [int(code) for code in re.findall(r"HTTP/1\.1 (\d{3}) [A-Z]", found)] == codes


@pytest.mark.parametrize(("sent", "code"), WRONG.values(), ids=WRONG)
def test_what_is_no_request_is_told_and_ends_the_connection(api: httpx.Client, sent: bytes, code: int) -> None:
    """In JSON, since clients parse whatever comes; behind the answers that are due."""
    with connected(api) as one:
        one.sendall(WHOLE + sent)
        if code in (400,):
            one.shutdown(socket.SHUT_WR)
        found = read_to_end(one).decode("latin-1")
    first, _, last = found.partition("\r\n\r\n")
    assert first.startswith("HTTP/1.1 202 ")
    assert last.startswith(f"HTTP/1.1 {code} ")
    assert "\r\nconnection: close\r\n" in last
    assert re.search(r'\r\n\r\n\{"error.*\}$', last)


def test_a_client_that_waits_with_its_body_is_told_to_go_on_or_why_not(api: httpx.Client) -> None:
    head = INGEST + HOST + KIND + b"Expect: 100-continue\r\n"
    with connected(api) as one:
        one.sendall(head + LENGTH + b"\r\n")
        assert one.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        one.sendall(BODY)
        assert one.recv(1000).startswith(b"HTTP/1.1 202 ")
        one.sendall(head + b"Content-Length: 99999999\r\n\r\n")
        assert one.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_body_without_a_token_is_not_kept(tmp_path: Path) -> None:
    """It is read to its end, so that the client hears why it is refused, and the connection goes on."""
    (tmp_path / "tokens.toml").write_text(TOKENS)
    with (
        serving(tmp_path / "store", read_access(tmp_path / "tokens.toml")) as (_, address),
        httpx.Client(base_url=address) as api,
    ):
        big = INGEST + HOST + KIND + b"Content-Length: 5000000\r\n\r\n" + b" " * 5_000_000
        allowed = b"GET /api/v2/eventTypes HTTP/1.1\r\n" + HOST + b"Authorization: Api-Token all\r\n\r\n"
        assert re.findall(r"HTTP/1\.1 (\d{3}) ", said(api, big + allowed)) == ["401", "200"]


def test_clients_that_take_too_long_are_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they say nothing, half a head, or do not read; those that wait for an answer are not."""
    monkeypatch.setattr("dqlkit.serve.connection._IDLE", 0.2)
    monkeypatch.setattr("dqlkit.serve.connection._HEAD_SECONDS", 0.2)
    monkeypatch.setattr("dqlkit.serve.listen._LOOK", 0.05)
    with serving(tmp_path / "store", Access()) as (_, address), httpx.Client(base_url=address, timeout=60) as api:
        for sent in (b"", b"GET /openapi.json HT", WHOLE + b"GET /"):
            with connected(api) as one:
                one.sendall(sent)
                assert read_to_end(one).count(b" 202 ") == sent.count(BODY)
        with connected(api) as one:
            for _ in range(400):
                try:
                    one.sendall((GET + b"\r\n") * 100)  # and never reads what comes
                    time.sleep(0.01)
                except OSError:
                    break
            else:
                pytest.fail("a client that does not read is read for ever")
        slow = (
            "data record(a=array(1,2,3,4,5,6,7,8,9,10)) " + "| fieldsAdd b = a | expand b " * 9 + "| summarize count()"
        )
        asked = {"query": slow, "requestTimeoutMilliseconds": 500}
        found = api.post("/platform/storage/query/v1/query:execute", json=asked)
        assert (found.status_code, found.json()["state"]) == (202, "RUNNING")


def test_a_low_limit_of_open_files_is_raised() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, soft), hard))
        allow_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(4000, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        allow_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard), "a high one is left alone"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_more_clients_than_are_taken_hear_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dqlkit.serve.listen._AT_ONCE", 2)
    with serving(tmp_path / "store", Access()) as (_, address), httpx.Client(base_url=address) as api:
        with connected(api) as one, connected(api) as two, connected(api) as three:
            assert read_to_end(three).startswith(b"HTTP/1.1 503 ")
            for other in (one, two):
                other.sendall(WHOLE)
                assert other.recv(1000).startswith(b"HTTP/1.1 202 ")
        assert api.post("/api/v2/bizevents/ingest", json={}).status_code == 202
