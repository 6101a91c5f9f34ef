"""Who may call what: every route with no token, a malformed one, an expired one, one of another scope, and the right one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from dqlkit.cli import main
from dqlkit.serve.access import read_access
from dqlkit.serve.app import APIS, is_loopback
from dqlkit.serve.route import Route

ROUTES = [
    (api, route, path) for api in APIS for route in api.routes for path in route.paths if route.scopes is not None
]


def called(client: httpx.Client, route: Route, path: str, headers: dict[str, str]) -> httpx.Response:
    filled = path.replace("{", "").replace("}", "").replace(":path", "")
    body = {"content": b"{}"} if route.method in ("POST", "PATCH") else {}
    return client.request(route.method, filled, headers={"content-type": "application/json", **headers}, **body)  # type: ignore[arg-type]


@pytest.mark.parametrize(("api", "route", "path"), ROUTES, ids=[f"{r.method} {p}" for _, r, p in ROUTES])
def test_every_route_asks_who_calls(guarded: httpx.Client, api: Any, route: Route, path: str) -> None:
    def send(token: str | None) -> httpx.Response:
        if api.name.startswith("Analytics"):
            names = {} if token is None else {"X-Events-API-AccountName": "a", "X-Events-API-Key": token}
        else:
            names = {} if token is None else {"Authorization": f"Api-Token {token}"}
        return called(guarded, route, path, names)

    for token in (None, "nobody's", "late", "x" * 5000):
        found = send(token)
        assert found.status_code == 401, token
        assert found.json()
        assert found.headers["www-authenticate"]
    wrong = send("none")
    assert wrong.status_code == (403 if route.scopes else wrong.status_code)
    assert send("all").status_code not in (401, 403, 404 if "{" not in path else None, 405, 500, 503)
    if not api.name.startswith("Analytics"):
        for value in ("all", "Basic all", "Bearer", "Bearer all all"):
            assert called(guarded, route, path, {"Authorization": value}).status_code == 401
        assert called(guarded, route, path, {"Authorization": "bearer all"}).status_code == send("all").status_code
        assert called(guarded, route, f"{path}?api-token=all", {}).status_code == send("all").status_code


def token(client: httpx.Client, **form: str) -> httpx.Response:
    return client.post("/sso/oauth2/token", data=form)


CLIENT = {"grant_type": "client_credentials", "client_id": "dt0s02.CLIENT", "client_secret": "dt0s02.CLIENT.SECRET"}


def test_a_client_gets_a_token_and_writes_and_reads_with_it(guarded: httpx.Client) -> None:
    said = token(
        guarded, **CLIENT, scope="storage:events:write storage:bizevents:read", resource="urn:dtaccount:1"
    ).json()
    assert (said["token_type"], said["expires_in"], said["resource"]) == ("Bearer", 300, "urn:dtaccount:1")
    assert said["scope"] == "storage:events:write storage:bizevents:read"
    bearer = {"Authorization": f"{said['token_type']} {said['access_token']}"}
    assert guarded.post("/api/v2/bizevents/ingest", json={"paid": 1}, headers=bearer).status_code == 202
    query = {"query": "fetch bizevents | filter isNotNull(paid) | fields paid"}
    refused = guarded.post("/platform/storage/query/v1/query:execute", json=query, headers=bearer)
    assert refused.status_code == 403
    assert refused.json()["error"]["details"]["missingScopes"] == ["storage:buckets:read"]
    bearer = {"Authorization": f"Bearer {token(guarded, **CLIENT).json()['access_token']}"}
    found = guarded.post("/platform/storage/query/v1/query:execute", json=query, headers=bearer)
    assert found.json()["result"]["records"] == [{"paid": "1"}]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_secret": "x"}, "invalid_client"),
        ({"client_id": "x"}, "invalid_client"),
        ({"client_id": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"scope": "storage:logs:read"}, "invalid_scope"),
        ({"scopes": "storage:logs:read"}, "invalid_scope"),
    ],
)
def test_a_client_that_is_refused_learns_why(guarded: httpx.Client, changed: dict[str, str], error: str) -> None:
    found = token(guarded, **{**CLIENT, **changed})
    assert (found.status_code, found.json()["error"]) == (400, error)
    assert found.json()["error_description"]


def test_clients_find_where_tokens_are_given(api: httpx.Client) -> None:
    found = api.head("/platform/oauth2/authorization/dynatrace-sso")
    assert (found.status_code, found.headers["location"]) == (302, f"http://127.0.0.1:{api.base_url.port}/sso")


def test_the_server_answers_to_its_names_alone(api: httpx.Client) -> None:
    port = api.base_url.port
    for host, status in ((f"127.0.0.1:{port}", 200), ("evil.example", 421), (f"evil.example:{port}", 421), ("", 421)):
        assert api.get("/openapi.json", headers={"host": host}).status_code == status


def test_pages_of_others_may_not_call_it(api: httpx.Client) -> None:
    event = {"eventType": "CUSTOM_INFO", "title": "t"}
    for origin, status in (
        ("https://evil.example", 403),
        ("null", 403),
        (f"http://127.0.0.1:{api.base_url.port}", 201),
    ):
        assert api.post("/v2/events/ingest", json=event, headers={"origin": origin}).status_code == status


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("example.org", False)],
)
def test_loopback(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_tokens_are_made_and_kept_as_hashes(tmp_path: Path, capsys: Any) -> None:
    store = str(tmp_path / "store")
    assert (
        main(["serve", "token", "create", "--store", store, "--scopes", "a,b", "--expires", "2999-01-01T00:00:00Z"])
        == 0
    )
    made = capsys.readouterr().out.strip()
    assert main(["serve", "token", "create", "--store", store]) == 0
    path = tmp_path / "store" / "tokens.toml"
    assert made not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    access = read_access(path)
    assert access.check(made).scopes == {"a", "b"}
    assert access.check(capsys.readouterr().out.strip()).scopes == {"*"}


@pytest.mark.parametrize(
    "wrong",
    [
        "token = 1",
        "[[token]]\nvalue='x'",
        "[[token]]\nvalue='sha256:x'\nscopes=[]",
        "[[tokens]]",
        "[[client]]\nid='a'",
        "[",
    ],
)
def test_a_file_of_tokens_that_is_wrong_is_told(tmp_path: Path, wrong: str, capsys: Any) -> None:
    (tmp_path / "t.toml").write_text(wrong)
    assert main(["serve", "--store", str(tmp_path / "s"), "--tokens", str(tmp_path / "t.toml")]) == 2
    assert "cannot read" in capsys.readouterr().err


def test_another_address_needs_tokens(tmp_path: Path, capsys: Any) -> None:
    assert main(["serve", "--store", str(tmp_path / "s"), "--host", "0.0.0.0"]) == 2
    assert "token create" in capsys.readouterr().err
    assert main(["serve"]) == 2


def test_the_command_says_when_it_listens_and_ends_with_everything_written(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dqlkit", "serve", "--store", str(tmp_path / "s"), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_PROXY": "*"}) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert said.startswith("listening on http://127.0.0.1:")
        assert httpx.post(f"{said.split()[-1]}/api/v2/bizevents/ingest", json={"a": 1}, timeout=60).status_code == 202
        started = time.monotonic()
        process.terminate()
        assert process.wait(60) in (0, -15)
        assert time.monotonic() - started < 50
    assert main(["query", "fetch bizevents | filter a == 1", str(tmp_path / "s"), "-o", "csv"]) == 0
