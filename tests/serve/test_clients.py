"""Clients of the vendors and of the public, as they are: their packages are installed by the test run, once per machine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dqlkit.serve.access import read_access
from tests.serve.conftest import serving

OWN = Path(__file__).parent / "clients"
TOKENS = """
[[token]]
value = "all"
scopes = ["*"]
[[client]]
id = "dt0s02.ANY"
secret = "dt0s02.ANY.SECRET"
scopes = ["*"]
"""


@pytest.fixture(scope="session")
def modules() -> Path:
    """The folder with the packages of npm; skips where there is no Node, or they cannot be installed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("runs clients in JavaScript, and there is no Node")
    package = (OWN / "package.json").read_text()
    folder = Path(tempfile.gettempdir()) / f"dqlkit-clients-{hashlib.sha256(package.encode()).hexdigest()[:12]}"
    if not (folder / "installed").exists():
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text(package)
        quick = ["--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=20000"]
        try:
            done = subprocess.run([npm, "install", *quick], cwd=folder, capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired:
            pytest.skip("installs clients from npm, which took more than two minutes")
        if done.returncode:
            pytest.skip(f"installs clients from npm, which failed: {done.stderr.strip().splitlines()[-1:]}")
        (folder / "installed").touch()
    return folder


def tokens(folder: Path) -> Any:
    (folder / "tokens.toml").write_text(TOKENS)
    return read_access(folder / "tokens.toml")


def test_the_sdk_of_the_vendor_and_that_of_cloud_events(modules: Path, tmp_path: Path) -> None:
    with serving(tmp_path / "store", tokens(tmp_path)) as (_, address):
        command = ["node", str(OWN / "sdk.cjs"), str(modules), address, "dt0s02.ANY", "dt0s02.ANY.SECRET", uuid4().hex]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    (partial,) = said.pop("partial")
    assert (partial["index"], partial["id"], partial["source"]) == (0, "2", "sdk")
    assert said == {
        "application/json; charset=utf-8": 202, "application/cloudevents+json; charset=utf-8": 202,
        "state": "SUCCEEDED", "records": [{"n": "1"}, {"n": "2"}, {"n": "3"}, {"n": "3"}], "polled": 4, "cancelled": "SUCCEEDED",
        "gone": "410", "wrong": "UNKNOWN_COMMAND", "verified": True, "parsed": "QUERY", "suggested": "fetch",
        "reported": 1, "listed": [True, "OPEN", True], "types": 2,
    }  # fmt: skip


ENVIRONMENT = "dqk98765.apps.dynatrace.com"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """A certificate for the name of an environment, since the client takes no other address."""
    if shutil.which("openssl") is None:
        pytest.skip("makes a certificate, and there is no openssl")
    files = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    named = ["-subj", f"/CN={ENVIRONMENT}", "-addext", f"subjectAltName=DNS:{ENVIRONMENT}"]
    subprocess.run([*made, "-out", files[0], "-keyout", files[1], *named], check=True, capture_output=True)
    return files


def test_the_mcp_server_of_the_vendor(modules: Path, tmp_path: Path, certificate: tuple[str, str]) -> None:
    cert, key = certificate
    tls = SSLContext(PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    with serving(tmp_path / "store", tokens(tmp_path), hosts=frozenset({ENVIRONMENT}), tls=tls) as (server, address):
        server.store.append("bizevents", [{"answer": 42}]).result()
        environment = {
            **os.environ, "DT_ENVIRONMENT": f"https://{ENVIRONMENT}", "DQLKIT_PORT": address.rpartition(":")[2],
            "OAUTH_CLIENT_ID": "dt0s02.ANY", "OAUTH_CLIENT_SECRET": "dt0s02.ANY.SECRET", "NODE_EXTRA_CA_CERTS": cert,
            "DT_MCP_DISABLE_TELEMETRY": "true",
        }  # fmt: skip
        program = modules / "node_modules" / "@dynatrace-oss" / "dynatrace-mcp-server" / "index.js"
        command = ["node", "-r", str(OWN / "redirect.cjs"), str(program)]
        with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-3, text=True, env=environment) as process:
            try:
                said = [call(process, *one) for one in CALLS]
            finally:
                process.kill()
    assert "execute_dql" in said[1]
    assert '\\"answer\\": \\"42\\"' in said[2]
    assert "There's no command `limt`." in said[3]
    assert '\\"state\\":\\"ACTIVE\\"' in said[4]


HELLO = {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
QUERY = "data record(answer = 42)"
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("initialize", HELLO),
    ("tools/list", {}),
    ("tools/call", {"name": "execute_dql", "arguments": {"dqlStatement": QUERY}}),
    ("tools/call", {"name": "verify_dql", "arguments": {"dqlStatement": f"{QUERY} | limt 5"}}),
    ("tools/call", {"name": "get_environment_info", "arguments": {}}),
]


def call(process: subprocess.Popen[str], method: str, parameters: dict[str, Any]) -> str:
    """What the MCP server answers to a request, as JSON."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": method, "method": method, "params": parameters}) + "\n")
    process.stdin.flush()
    while line := process.stdout.readline():
        if json.loads(line).get("id") == method:
            return line
    raise AssertionError(f"the MCP server ended instead of answering {method}")


def test_cloud_events_for_python(api: httpx.Client) -> None:
    from cloudevents.v1 import conversion
    from cloudevents.v1.http import CloudEvent

    mark = uuid4().hex
    event = CloudEvent({"type": "t", "source": "python"}, {"mark": mark, "n": 1})
    for make in (conversion.to_structured, conversion.to_binary):
        headers, body = make(event)
        assert api.post("/api/v2/bizevents/ingest", headers=headers, content=body).status_code == 202
    query = f'fetch bizevents | filter mark == "{mark}" | fields event.provider, event.id, n'
    found = api.post("/platform/storage/query/v1/query:execute", json={"query": query}).json()["result"]["records"]
    assert found == [{"event.provider": "python", "event.id": event["id"], "n": "1"}] * 2


def test_dt_for_python(open_server: Any) -> None:
    program = """
import sys
from dynatrace import Dynatrace
events, title = Dynatrace(sys.argv[1], "any token").events_v2, sys.argv[2]
made = events.ingest("CUSTOM_INFO", title)
print(made["reportCount"], made["eventIngestResults"][0]["status"])
found = [one for one in events.list(page_size=7) if one.title == title]
print(len(found), found[0].event_type, events.get(found[0].event_id).title == title)
print(len(list(events.list_types(page_size=3))) > 10)
"""
    command = [sys.executable, "-W", "ignore", "-c", program, open_server[1], uuid4().hex]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["1 OK", "1 CUSTOM_INFO True", "True"]
