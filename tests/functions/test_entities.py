"""Names and attributes of entities and nodes, from local tables."""

from __future__ import annotations

from typing import Any

import pytest

import dqlkit

HOSTS = [
    {"id": "HOST-0000000000000001", "entity.name": "web-1", "tags": ["env:prod", "[AWS]owner:ops"], "osType": "LINUX"},
    {"id": "HOST-0000000000000002", "entity.name": "Web-2", "tags": [], "osType": "WINDOWS", "cpuCores": 8},
]
SERVICES = [{"id": "SERVICE-0000000000000003", "entity.name": "checkout"}]
NODES = [{"id": "HOST-0000000000000001", "type": "HOST", "name": "node-1", "zone": "a"}]
LOGS = [{"host": "HOST-0000000000000001"}, {"host": "HOST-0000000000000002"}, {"host": "HOST-9"}, {"host": None}]
TABLES = {"logs": LOGS, "dt.entity.host": HOSTS, "dt.entity.service": SERVICES, "smartscapeNodes": NODES}


def values(expression: str, tables: dict[str, Any] = TABLES) -> list[Any]:
    return [record["r"] for record in dqlkit.query(f"fetch logs | fields r = {expression}", tables).records]


def test_names_of_entities() -> None:
    assert values("entityName(host)") == ["web-1", "Web-2", None, None]
    assert values('entityName("SERVICE-0000000000000003")') == ["checkout"] * 4


def test_attributes_keep_their_types() -> None:
    assert values('entityAttr(host, "cpuCores")') == [None, "8", None, None]
    assert values('entityAttr(host, "tags")') == [["env:prod", "[AWS]owner:ops"], [], None, None]


def test_nodes_by_text_and_by_id() -> None:
    assert values("getNodeName(host)") == ["node-1", None, None, None]
    assert values('getNodeField(toSmartscapeId(host), "zone")') == ["a", None, None, None]


def test_ids_of_mixed_types() -> None:
    query = (
        'data record(id = "HOST-0000000000000001"), record(id = smartscapeId("HOST", 1)), record(id = 1)'
        "| fields r = getNodeName(id)"
    )
    assert [record["r"] for record in dqlkit.query(query, TABLES).records] == ["node-1", "node-1", None]


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ("type(host)", [1, 2]),
        ('type("SERVICE"),entityName("Checkout")', [3]),
        ("tag([AWS]owner:ops)", [1]),
        ('type(host),not(tag("env:prod"))', [2]),
        ("osType(LINUX)", [1]),
        ('entityName.startsWith("web")', [1, 2]),
        ('entityName.in("web-1","checkout")', [1, 3]),
        ('type(host),fromRelationships.isInstanceOf(type("X"))', None),
        ("no selector", None),
    ],
)
def test_selectors(selector: str, wanted: list[int] | None) -> None:
    quoted = selector.replace('"', '\\"')
    found = values(f'classicEntitySelector("{quoted}")')[0]
    assert found == (wanted and [id for id in _ids() if int(id[-1]) in wanted])


def _ids() -> list[str]:
    return [record["id"] for record in [*HOSTS, *SERVICES]]


def test_without_a_table_the_answer_is_null_and_says_so_once() -> None:
    result = dqlkit.query("fetch logs | fields a = entityName(host), b = getNodeName(host)", {"logs": LOGS})
    assert [set(record.values()) for record in result.records] == [{None}] * 4
    notices = result.metadata["grail"]["notifications"]
    assert [notice["notificationType"] for notice in notices] == ["TABLE_NOT_GIVEN"] * 2
    assert "dt.entity." in notices[0]["message"]
    assert "smartscapeNodes" in notices[1]["message"]


def test_an_unknown_time_zone_is_an_error() -> None:
    with pytest.raises(dqlkit.DqlkitError) as problem:
        dqlkit.query("fetch logs", {"logs": LOGS}, timezone="Europe/Nowhere")
    assert problem.value.diagnostics[0].code == "R008"
