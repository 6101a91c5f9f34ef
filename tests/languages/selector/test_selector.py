"""Selectors: what they mean, and what is said about those that mean nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.languages.selector.criteria import entity, event
from dqlkit.languages.selector.criterion import Vocabulary
from dqlkit.languages.selector.select import entities, events
from dqlkit.types.values import Timeframe, Timestamp, Value

NOW = Timestamp(1_767_571_200_000_000_000)  # 2026-01-05T00:00:00Z
HOUR = 3_600_000_000_000


# ---- events ---------------------------------------------------------------------------------------------------------

EVENTS: list[dict[str, Value]] = [
    {
        "eventId": "1_1",
        "eventType": "CUSTOM_INFO",
        "status": "OPEN",
        "correlationId": "a",
        "entityId": {"entityId": {"id": "HOST-1", "type": "HOST"}, "name": "web"},
        "managementZones": [{"id": "7", "name": "Shop"}, {"id": "8", "name": "Desk"}],
        "underMaintenance": True,
        "dt.event.group_label": "Deployment, blue (green)",
    },
    {
        "eventId": "2_2",
        "eventType": "ERROR_EVENT",
        "status": "CLOSED",
        "correlationId": "b",
        "entityId": {"entityId": {"id": "HOST-2", "type": "HOST"}},
        "managementZones": [],
        "underMaintenance": False,
        "frequentEvent": True,
        "properties.status": 'said "no" ~ twice',
    },
    {"eventId": "3_3", "eventType": "ERROR_EVENT", "status": "OPEN", "dt.event.group_label": "Deployment"},
]


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ('eventId("1_1","3_3")', [1, 3]),
        ('entityId("HOST-2")', [2]),
        ('managementZoneId("8")', [1]),
        ('correlationId("a","b")', [1, 2]),
        ('status("OPEN")', [1, 3]),
        ('eventType("ERROR_EVENT"),status("OPEN")', [3]),
        ("underMaintenance(true)", [1]),
        ("underMaintenance(false)", [2, 3]),
        (" frequentEvent( true ) , status( CLOSED ) ", [2]),
        ("suppressAlert(true)", []),
        ('property.dt.event.group_label("Deployment, blue (green)")', [1]),
        ('property.dt.event.group_label("Deployment","x")', [3]),
        ('property.status("said ~"no~" ~~ twice")', [2]),
        ('property.missing("x")', []),
    ],
)
def test_events(selector: str, wanted: list[int]) -> None:
    selected = events(selector, NOW)
    assert not selected.diagnostics
    accepts = selected.predicate()
    assert [int(str(record["eventId"])[0]) for record in EVENTS if accepts(record)] == wanted


# ---- entities -------------------------------------------------------------------------------------------------------

ENTITIES: dict[str, dict[str, Value]] = {
    "HOST-1": {
        "entity.name": "web-1",
        "tags": ["env:prod", "[AWS]owner:ops", "critical"],
        "osType": "LINUX",
        "lifetime": Timeframe(Timestamp(NOW.nanos - 5 * HOUR), Timestamp(NOW.nanos - HOUR)),
        "managementZones": [{"id": 42, "name": "Shop"}],
    },
    "HOST-2": {
        "entity.name": "Web-2 (old)",
        "tags": [],
        "osType": "WINDOWS",
        "firstSeenTms": Timestamp(NOW.nanos - 2 * HOUR),
        "managementZones": ["Desk"],
    },
    "SERVICE-3": {"entity.name": "checkout", "runs_on": {"dt.entity.host": ["HOST-1"]}, "calls": ["SERVICE-4"]},
    "SERVICE-4": {"name": "stock", "runs_on": ["HOST-2", "HOST-9"], "healthState": "UNHEALTHY"},
}
for _id, _record in ENTITIES.items():
    _record["id"] = _id


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ('type("HOST")', [1, 2]),
        ("type(HOST)", [1, 2]),
        ('entityId("HOST-1","SERVICE-4")', [1, 4]),
        ('type("HOST"),entityName("EB-")', [1, 2]),
        ('type("HOST"),entityName.equals("WEB-1")', [1]),
        ('type("HOST"),caseSensitive(entityName.equals("WEB-1"))', []),
        ('type("HOST"),caseSensitive(entityName.startsWith("web"))', [1]),
        ('type("HOST"),entityName.equals("Web-2 (old)")', [2]),
        ('type("HOST"),entityName.in("web-1","web-2 (old)")', [1, 2]),
        ('type("SERVICE"),entityName.startsWith("st")', [4]),
        ('type("HOST"),tag("[AWS]owner:ops")', [1]),
        ('type("HOST"),tag("none","critical")', [1]),
        ('type("HOST"),not(tag("env:prod"))', [2]),
        ('type("HOST"),not(not(tag("env:prod")))', [1]),
        ('type("HOST"),mzId(42)', [1]),
        ('type("HOST"),mzName("Desk","Shop")', [1, 2]),
        ('type("SERVICE"),healthState("UNHEALTHY")', [4]),
        ('type("SERVICE"),not(healthState("UNHEALTHY"))', [3]),
        ('type("SERVICE"),healthState.exists()', [4]),
        ('type("HOST"),osType("LINUX","WINDOWS")', [1, 2]),
        ('type("HOST"),firstSeenTms.lt(now-3h)', [1]),
        ('type("HOST"),firstSeenTms.gte(now-2h)', [2]),
        ('type("HOST"),firstSeenTms.gt(now-2h)', []),
        ('type("HOST"),firstSeenTms.gte(now-1d/d)', [1, 2]),
        (f'type("HOST"),firstSeenTms.lte({(NOW.nanos - 2 * HOUR) // 1_000_000})', [1, 2]),
        ('type("HOST"),lastSeenTms.gte("2026-01-04T23:00:00Z")', [1]),
        ('type("SERVICE"),fromRelationships.runsOn(type("HOST"))', [3, 4]),
        ('type("SERVICE"),fromRelationships.runsOn(type("HOST"),tag("critical"))', [3]),
        ('type("SERVICE"),fromRelationship.runsOn(entityId("HOST-2"))', [4]),
        ('type("HOST"),toRelationships.runsOn(type("SERVICE"),entityName("stock"))', [2]),
        ('type("SERVICE"),toRelationships.calls(fromRelationships.runsOn(tag("critical")))', [4]),
        ('type("HOST"),not(toRelationships.runsOn(entityName("stock")))', [1]),
    ],
)
def test_entities(selector: str, wanted: list[int]) -> None:
    selected = entities(selector, NOW)
    assert not selected.diagnostics
    accepts = selected.predicate(ENTITIES)
    assert [int(id[-1]) for id, record in ENTITIES.items() if accepts(record)] == wanted


# ---- what is said ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "selector", "said"),
    [
        ("event", "", ["E001 0-0 expected a criterion, found the end of the selector"]),
        ("event", 'status("open")', ['E013 7-13 expected `"OPEN"` or `"CLOSED"`, found `"open"`']),
        ("event", 'stat("OPEN")', ["E007 0-4 expected a criterion, found `stat`"]),
        ("event", 'eventType("A","B")', ["E012 0-18 expected one value in `eventType()`, found 2"]),
        (
            "event",
            'eventType("A"),status("OPEN"),eventType("A")',
            ["E012 30-44 expected one `eventType`, found a second"],
        ),
        ("event", 'status("OPEN"),status("CLOSED")', ["E012 15-31 expected one `status`, found a second one"]),
        ("event", "eventType()", ["E010 0-11 expected one value in `eventType()`, found 0"]),
        ("event", 'underMaintenance("true")', ['E013 17-23 expected `true` or `false`, found `"true"`']),
        ("event", 'status("OPEN"', ["E001 13-13 expected `)`, found the end of the selector"]),
        (
            "event",
            'status("OPEN',
            ['E001 7-8 expected a closing " , found none', "E001 12-12 expected `)`, found the end"],
        ),
        ("event", 'status("OPEN"),', ["E001 15-15 expected a criterion, found the end of the selector"]),
        ("event", 'status("OPEN"),,eventId("1")', ["E001 15-16 expected a criterion, found `,`"]),
        ("event", 'status("OPEN") eventId("1")', ["E001 15-22 expected `,` before `eventId`"]),
        ("event", "status('OPEN')", ["E001 7-13 expected a text in double quotes, found single ones"]),
        ("event", "status", ["E001 6-6 expected `(` after `status`, found none"]),
        ("event", 'status(eventId("1"))', ["E013 7-19 expected a value, found the criterion `eventId`"]),
        ("event", 'type("HOST")', ["E007 0-4 expected a criterion, found `type`"]),
        ("entity", 'tag("x")', ["E010 0-8 expected `type` or `entityId`, found neither"]),
        ("entity", "type(HOST),type(SERVICE)", ["E012 11-24 expected one `type`, found a second one"]),
        ("entity", "type(HOST),not(type(X))", ["E013 15-22 expected another criterion in `not()`, found `type`"]),
        ("entity", "type(HOST),not(x)", ["E013 15-16 expected a criterion, found a value"]),
        ("entity", "type(HOST),mzId(x)", ["E013 16-17 expected a whole number, found `x`"]),
        ("entity", "type(HOST),firstSeenTms.gt(soon)", ["E013 27-31 expected milliseconds since 1970"]),
        (
            "entity",
            f'type(HOST),tag("{"x" * 2000}")',
            ["A004 2000-2018 expected at most 2,000 characters, found 2,018"],
        ),
    ],
)
def test_message(kind: str, selector: str, said: list[str]) -> None:
    selected = events(selector, NOW) if kind == "event" else entities(selector, NOW)
    found = [f"{d.code} {d.span.start}-{d.span.end} {d.message}" for d in selected.diagnostics]
    assert len(found) == len(said)
    assert all(one.startswith(wanted) for one, wanted in zip(found, said, strict=True)), found


def test_depth_is_limited() -> None:
    (found,) = entities("type(HOST)," + "not(" * 60 + "x(1)" + ")" * 60, NOW).diagnostics
    assert found.message == "expected at most 50 levels of parentheses, found more"
    assert entities("not(" * 10_000, NOW).errors


def test_a_wrong_name_has_a_fix() -> None:
    (found,) = events('stat("OPEN")', NOW).diagnostics
    assert found.help == "Write `status`."
    assert found.fix is not None
    assert found.fix.edits[0].text == "status"


_PIECES = [
    "type",
    "(",
    ")",
    ",",
    '"',
    "~",
    "HOST",
    "not(",
    "entityName.in(",
    " ",
    "'",
    "\n",
    "fromRelationships.x(",
    "é",
]


@given(st.one_of(st.text(max_size=30), st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)))
def test_any_text_is_answered(text: str) -> None:
    for select in (events, entities):
        selected: Any = select(text, NOW)
        assert all(0 <= d.span.start <= d.span.end <= len(text) for d in selected.diagnostics)
        if not selected.errors:
            accepts = selected.predicate(ENTITIES)
            assert all(isinstance(accepts(record), bool) for record in [*ENTITIES.values(), *EVENTS])


@given(st.text(min_size=1, max_size=20))
def test_any_value_can_be_quoted(value: str) -> None:
    quoted = value.replace("~", "~~").replace('"', '~"')
    accepts = events(f'property.key("{quoted}")', NOW).predicate()
    assert accepts({"key": value})


# ---- documentation --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vocabulary", [event, entity], ids=["event", "entity"])
def test_every_criterion_has_an_example(vocabulary: Vocabulary) -> None:
    for declaration in vocabulary.declared.values():
        (example,) = re.findall(r">>> (.+)", declaration.documentation)
        assert vocabulary.find(example.partition("(")[0]) is declaration
        selected = events(example, NOW) if vocabulary is event else entities(example, NOW, anywhere=True)
        assert not selected.diagnostics, declaration.name
