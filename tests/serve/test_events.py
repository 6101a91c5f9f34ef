"""Events API v2 and v1: reporting, lists with selectors and pages, and the same events in Grail."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

ROOTS = ("/api/v2", "/platform/classic/environment-api/v2")


def millis() -> int:
    return int(time.time() * 1000)


def report(api: httpx.Client, root: str = ROOTS[0], **event: Any) -> httpx.Response:
    return api.post(f"{root}/events/ingest", json={"eventType": "CUSTOM_INFO", "title": "a title", **event})


def listed(api: httpx.Client, root: str = ROOTS[0], **query: Any) -> dict[str, Any]:
    found = api.get(f"{root}/events", params=query)
    assert found.status_code == 200, found.text
    page: dict[str, Any] = found.json()
    return page


def violation(found: httpx.Response) -> tuple[str, str]:
    error = found.json()["error"]
    assert (found.status_code, error["code"], error["message"]) == (400, 400, "Constraints violated.")
    first = error["constraintViolations"][0]
    return first["path"], first["parameterLocation"]


@pytest.fixture
def host() -> str:
    """An entity that no other test knows."""
    return f"HOST-{uuid4().hex[:16].upper()}"


@pytest.mark.parametrize("root", ROOTS)
def test_an_event_is_reported_listed_and_got(api: httpx.Client, host: str, root: str) -> None:
    start = millis()
    event = {"entitySelector": f'entityId("{host}")', "properties": {"stage": "test", "dt.event.description": "why"}}
    found = report(api, root, **event, startTime=start, endTime=None, timeout=None)
    (one,) = found.json()["eventIngestResults"]
    assert (found.status_code, found.json()["reportCount"], one["status"]) == (201, 1, "OK")
    page = listed(api, root, entitySelector=f'entityId("{host}")')
    assert (page["totalCount"], page["pageSize"], page["warnings"]) == (1, 100, [])
    assert "nextPageKey" not in page
    (listed_event,) = page["events"]
    assert listed_event == {
        "eventId": listed_event["eventId"], "startTime": start, "endTime": -1, "eventType": "CUSTOM_INFO", "title": "a title",
        "entityId": {"entityId": {"id": host, "type": "HOST"}}, "status": "OPEN", "correlationId": one["correlationId"],
        "properties": [{"key": "stage", "value": "test"}, {"key": "dt.event.description", "value": "why"}],
        "entityTags": [], "managementZones": [], "underMaintenance": False, "suppressAlert": False, "suppressProblem": False,
        "frequentEvent": False,
    }  # fmt: skip
    assert listed_event["eventId"].endswith(f"_{start}")
    assert api.get(f"{root}/events/{listed_event['eventId']}").json() == listed_event
    query = f'fetch events | filter dt.source_entity == "{host}" | fields event.kind, event.type, event.name, event.status, stage'
    grail = api.post("/platform/storage/query/v1/query:execute", json={"query": query}).json()["result"]["records"]
    assert grail == [
        {
            "event.kind": "DAVIS_EVENT",
            "event.type": "CUSTOM_INFO",
            "event.name": "a title",
            "event.status": "ACTIVE",
            "stage": "test",
        }
    ]


@pytest.mark.parametrize("id", ["-1_1", "nothing", "1_2' or true", '"', "%00"])
def test_an_event_that_is_not_there(api: httpx.Client, id: str) -> None:
    found = api.get(f"{ROOTS[0]}/events/{id}")
    assert (found.status_code, found.json()["error"]["code"]) == (404, 404)


WRONG: list[tuple[Any, str]] = [
    ({"title": "t"}, "eventType"),
    ({"eventType": "CUSTOM_INFO"}, "title"),
    ({"eventType": "INFO_EVENT", "title": "t"}, "eventType"),
    ({"eventType": "CUSTOM_INFO", "title": 5}, "title"),
    ({"eventType": "CUSTOM_INFO", "title": "t", "startTime": "now"}, "startTime"),
    ({"eventType": "CUSTOM_INFO", "title": "t", "timeout": -1}, "timeout"),
    ({"eventType": "CUSTOM_INFO", "title": "t", "properties": {str(n): "" for n in range(101)}}, "properties"),
    ({"eventType": "CUSTOM_INFO", "title": "t", "properties": {"k" * 101: ""}}, f"properties.{'k' * 100}"),
    ({"eventType": "CUSTOM_INFO", "title": "t", "properties": {"k": "v" * 4097}}, "properties.k"),
    ({"eventType": "CUSTOM_INFO", "title": "t", "properties": {"k": {}}}, "properties.k"),
    ({"eventType": "CUSTOM_INFO", "title": "t", "entitySelector": "nothing"}, "entitySelector"),
    ({"eventType": "CUSTOM_INFO", "title": "t", "entitySelector": 'type("HOST"),x(("'}, "entitySelector"),
    ({"eventType": "CUSTOM_INFO", "title": "t", "entitySelector": f'type("{"H" * 2000}")'}, "entitySelector"),
]


@pytest.mark.parametrize(("event", "path"), WRONG)
def test_reports_that_are_wrong(api: httpx.Client, event: Any, path: str) -> None:
    assert violation(api.post(f"{ROOTS[0]}/events/ingest", json=event)) == (path, "PAYLOAD_BODY")


DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000


@pytest.mark.parametrize(
    ("kind", "shift", "status"),
    [
        ("CUSTOM_ALERT", -5 * HOUR, "OK"),
        ("CUSTOM_ALERT", -7 * HOUR, "INVALID_TIMESTAMPS"),
        ("ERROR_EVENT", 4 * MINUTE, "OK"),
        ("ERROR_EVENT", 6 * MINUTE, "INVALID_TIMESTAMPS"),
        ("CUSTOM_DEPLOYMENT", -29 * DAY, "OK"),
        ("CUSTOM_DEPLOYMENT", -31 * DAY, "INVALID_TIMESTAMPS"),
        ("CUSTOM_DEPLOYMENT", 6 * DAY, "OK"),
        ("CUSTOM_DEPLOYMENT", 8 * DAY, "INVALID_TIMESTAMPS"),
    ],
)
def test_times_may_be_so_far_away(api: httpx.Client, kind: str, shift: int, status: str) -> None:
    found = report(api, eventType=kind, startTime=millis() + shift)
    assert (found.status_code, found.json()["reportCount"]) == (201, 1)
    assert found.json()["eventIngestResults"][0]["status"] == status


def test_times_in_seconds_and_absurd_ones_are_no_fault_of_the_server(api: httpx.Client) -> None:
    for start in (int(time.time()), -(2**62), 2**62):
        found = report(api, startTime=start)
        assert found.json()["eventIngestResults"][0]["status"] == "INVALID_TIMESTAMPS"


def test_selectors_of_reports(api: httpx.Client, host: str) -> None:
    assert report(api, entitySelector=f'entityId("{host}","{host}2")').json()["reportCount"] == 2
    name = uuid4().hex
    selector = f'type(SERVICE),entityName.equals("{name}")'
    assert report(api, entitySelector=selector).json()["reportCount"] == 1
    (event,) = listed(api, entitySelector=selector)["events"]
    assert event["entityId"]["entityId"]["type"] == "SERVICE"
    title = uuid4().hex
    assert report(api, title=title).json()["reportCount"] == 1
    types = {one["entityId"]["entityId"]["type"] for one in listed(api)["events"] if one["title"] == title}
    assert types == {"ENVIRONMENT"}


def test_a_problem_that_is_reported_again_goes_on(api: httpx.Client, host: str) -> None:
    event = {"eventType": "CUSTOM_ALERT", "entitySelector": f'entityId("{host}")'}
    first, again = (report(api, **event).json()["eventIngestResults"][0]["correlationId"] for _ in range(2))
    assert first == again
    assert listed(api, entitySelector=f'entityId("{host}")')["totalCount"] == 1
    other = report(api, **{**event, "title": "another"}).json()["eventIngestResults"][0]["correlationId"]
    assert other != first


def test_selectors_timeframes_and_pages(api: httpx.Client, host: str) -> None:
    start = millis() - 10 * MINUTE
    for number in range(5):
        properties = {"number": str(number), "even": str(number % 2 == 0)}
        kind = "CUSTOM_INFO" if number else "CUSTOM_ANNOTATION"
        end = start + (number + 1) * MINUTE
        report(api, eventType=kind, title=f"n{number}", startTime=start + number * MINUTE, endTime=end,
               entitySelector=f'entityId("{host}")', properties=properties)  # fmt: skip
    mine = f'entityId("{host}")'

    def titles(**query: Any) -> list[str]:
        return [one["title"] for one in listed(api, entitySelector=mine, **query)["events"]]

    assert titles() == ["n4", "n3", "n2", "n1", "n0"], "the latest first"
    assert titles(eventSelector='property.number("1","3")') == ["n3", "n1"]
    assert titles(eventSelector='eventType("CUSTOM_ANNOTATION"),status("CLOSED")') == ["n0"]
    assert titles(eventSelector='status("OPEN")') == []
    assert titles(eventSelector="underMaintenance(false)") == titles()
    assert titles(**{"from": str(start + 4 * MINUTE + 1)}) == ["n4"]
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime((start + 3 * MINUTE) / 1000 + 1))
    for moment in (f"{at}.000Z", f"{at}+00:00", at.replace("T", " "), at):
        assert titles(**{"from": moment})[:2] == ["n4", "n3"], moment
    assert titles(**{"from": "now-1d/d", "to": str(start + MINUTE - 1)}) == ["n0"]
    assert titles(**{"from": "now-1m"}) == []
    pages, query = [], {"entitySelector": mine, "pageSize": "2"}
    while True:
        page = listed(api, **query)
        assert (page["totalCount"], page["pageSize"]) == (5, 2)
        pages.append([one["title"] for one in page["events"]])
        if not page.get("nextPageKey"):
            break
        query = {"nextPageKey": page["nextPageKey"]}
    assert pages == [["n4", "n3"], ["n2", "n1"], ["n0"]]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"pageSize": "1001"}, "pageSize"),
        ({"pageSize": "0"}, "pageSize"),
        ({"pageSize": "x"}, "pageSize"),
        ({"from": "tomorrow"}, "from"),
        ({"from": "now", "to": "now-1h"}, "from"),
        ({"nextPageKey": "x"}, "nextPageKey"),
        ({"nextPageKey": "bm9uZQ"}, "nextPageKey"),
        ({"nextPageKey": "x", "pageSize": "5"}, "nextPageKey"),
        ({"eventSelector": "nothing(1)"}, "eventSelector"),
        ({"eventSelector": 'eventType("a"),status("MAYBE")'}, "eventSelector"),
        ({"eventSelector": 'property.dt.event.baseline.total_load("1")'}, "eventSelector"),
        ({"entitySelector": 'entityName("x")'}, "entitySelector"),
    ],
)
def test_lists_that_are_wrong(api: httpx.Client, query: dict[str, str], path: str) -> None:
    assert violation(api.get(f"{ROOTS[0]}/events", params=query)) == (path, "QUERY")


@pytest.mark.parametrize(
    ("path", "member", "key", "known"),
    [
        ("eventTypes", "eventTypeInfos", "type", "APPLICATION_SLOWDOWN"),
        ("eventProperties", "eventProperties", "key", "dt.event.allow_davis_merge"),
    ],
)
@pytest.mark.parametrize("root", ROOTS)
def test_types_and_properties(api: httpx.Client, root: str, path: str, member: str, key: str, known: str) -> None:
    page = api.get(f"{root}/{path}", params={"pageSize": 3}).json()
    found = [*page[member]]
    while page.get("nextPageKey"):
        page = api.get(f"{root}/{path}", params={"nextPageKey": page["nextPageKey"]}).json()
        found += page[member]
    assert len(found) == page["totalCount"]
    assert api.get(f"{root}/{path}/{known}").json() == next(one for one in found if one[key] == known)
    assert api.get(f"{root}/{path}/none").status_code == 404
    assert violation(api.get(f"{root}/{path}", params={"pageSize": 501}))[0] == "pageSize"


def test_the_endpoint_of_one_agent(api: httpx.Client, guarded: httpx.Client) -> None:
    for client in (api, guarded):
        found = client.post("/v2/events/ingest", json={"eventType": "AVAILABILITY_EVENT", "title": "Demo title"})
        assert (found.status_code, found.json()["reportCount"]) == (201, 1)
    packed = api.post("/v2/events/ingest", content=b"{}", headers={"content-encoding": "gzip"})
    assert packed.status_code in (400, 415)
    assert api.get("/v2/events/ingest").status_code == 405


# ---- v1 -----------------------------------------------------------------------------------------------------------


def test_the_feed(api: httpx.Client, host: str) -> None:
    start = millis()
    report(
        api, eventType="ERROR_EVENT", entitySelector=f'entityId("{host}")', properties={"stage": "x"}, startTime=start
    )
    for path in ("/api/v1/events", "/api/v1/events/"):
        page = api.get(path, params={"entityId": host}).json()
        (entry,) = page["events"]
        assert page["totalEventCount"] == 1
        assert page["nextCursor"] is None
    assert type(entry["eventId"]) is int
    assert entry["id"] == f"{entry['eventId']}_{start}"
    assert (entry["severityLevel"], entry["impactLevel"], entry["eventStatus"]) == ("ERROR", "INFRASTRUCTURE", "OPEN")
    assert (entry["startTime"], entry["tags"], entry["entityName"]) == (start, None, None)
    assert entry["customProperties"] == {"stage": "x"}
    assert api.get("/api/v1/events", params={"entityId": host, "eventType": "OTHER"}).json()["events"] == []
    assert api.get("/api/v1/events", params={"entityId": host, "relativeTime": "week"}).json()["totalEventCount"] == 1


def test_the_feed_goes_on_by_its_cursor(api: httpx.Client, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dqlkit.serve.events_v1._PAGE", 2)
    for number in range(3):
        report(api, title=str(number), entitySelector=f'entityId("{host}")', startTime=millis() - number)
    first = api.get("/api/v1/events", params={"entityId": host}).json()
    second = api.get("/api/v1/events", params={"cursor": first["nextCursor"]}).json()
    assert [len(first["events"]), len(second["events"])] == [2, 1]
    assert (second["nextCursor"], second["to"]) == (None, first["to"])


@pytest.mark.parametrize(
    "query",
    [
        {"from": "x"},
        {"relativeTime": "year"},
        {"from": "2", "to": "1"},
        {"from": "0"},
        {"cursor": "x"},
        {"cursor": "e30"},
    ],
)
def test_feeds_that_are_wrong(api: httpx.Client, query: dict[str, str]) -> None:
    found = api.get("/api/v1/events", params=query)
    assert (found.status_code, found.json()["error"]["message"]) == (400, "Constraints violated.")


def test_reporting_by_v1(api: httpx.Client, host: str) -> None:
    event = {"eventType": "CUSTOM_ANNOTATION", "source": "me", "attachRules": {"entityIds": [host]},
             "annotationType": "note", "annotationDescription": "said", "customProperties": {"a": "b"}}  # fmt: skip
    stored = api.post("/api/v1/events", json=event).json()
    assert stored["storedIds"][0].startswith(f"{stored['storedEventIds'][0]}_")
    (entry,) = api.get("/api/v1/events", params={"entityId": host}).json()["events"]
    assert (entry["eventId"], entry["source"], entry["annotationDescription"]) == (
        stored["storedEventIds"][0],
        "me",
        "said",
    )
    problem = {
        "eventType": "ERROR",
        "title": "t",
        "source": "me",
        "attachRules": {"tagRule": [{"meTypes": "SERVICE", "tags": []}]},
    }
    assert len(api.post("/api/v1/events", json=problem).json()["storedCorrelationIds"]) == 1
    for missing in ("eventType", "source", "attachRules", "annotationType"):
        wrong = {name: value for name, value in event.items() if name != missing}
        assert api.post("/api/v1/events", json=wrong).json()["error"]["constraintViolations"][0]["path"] == missing
