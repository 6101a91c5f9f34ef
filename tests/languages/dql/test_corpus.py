"""The published queries beside the project, where they are there."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

from dqlkit.languages.dql.parse import parse
from dqlkit.languages.dql.tree import Pipeline
from dqlkit.languages.language import Part
from dqlkit.languages.syntax.tree import walk
from tests.shared import lines, needs

PARTS: dict[str, Part] = {"query": "query", "fragment": "stages", "matcher": "expression"}
NOT_DQL = {
    "045645d040c3": "a pattern without quotes",
    "06cca918aa8c": "a pattern without quotes",
    "3ba91fc681a3": "prose between the stages",
    "83fae08bfa08": "prose between the stages",
    "c60e1c7eb910": "several alternatives under each other",
    "56977cbe5587": "several alternatives under each other",
    "5be24488378a": "the filter language of segments, not a matcher",
    "3552c5b01062": "the filter language of segments, not a matcher",
}

pytestmark = needs("corpus")


@cache
def rows(file: str) -> list[dict[str, Any]]:
    return lines(f"corpus/{file}")


def test_published_queries_are_dql() -> None:
    wrong = {
        row["id"]
        for row in rows("dql.jsonl")
        if row["kind"] in PARTS and not row.get("suspect") and parse(row["query"], PARTS[row["kind"]]).diagnostics
    }
    assert wrong == set(NOT_DQL)


def test_most_templates_are_read_with_holes() -> None:
    templates = [row["query"] for row in rows("dql.jsonl") if row["kind"] == "template"]
    parts: list[Part] = ["stages" if text.lstrip().startswith("|") else "query" for text in templates]
    read = [not parse(text, part).diagnostics for text, part in zip(templates, parts, strict=True)]
    assert sum(read) > 0.93 * len(read)


def test_published_mistakes_are_told() -> None:
    """What the source of an entry calls wrong, and what is wrong about the text rather than its meaning."""
    mistakes = [row for row in rows("invalid.jsonl") if row["lang"] == "dql" and row["syntax_suspect"]]
    assert mistakes
    for row in mistakes:
        (found,) = parse(row["query"], "query").diagnostics
        assert found.code in {"E002", "E003", "E004"}
        assert found.fix


def test_damage_is_told_where_it_is_and_later_stages_stay() -> None:
    """One token of a query deleted or doubled, a few hundred times."""
    chance = random.Random(7)
    queries = [row["query"] for row in rows("dql.jsonl") if row["kind"] == "query" and not row.get("suspect")]
    told = near = same = 0
    for text in chance.sample([query for query in queries if 20 < len(query) < 2000 and '"""' not in query], 400):
        intact = parse(text).tree
        nodes = [node for node in walk(intact) if node.end > node.start]
        node = chance.choice(nodes)
        start, end = node.start, min(node.end, node.start + chance.choice([1, node.end - node.start]))
        damaged = (
            text[:start] + text[end:] if chance.random() < 0.5 else text[:end] + " " + text[start:end] + text[end:]
        )
        parsed = parse(damaged)
        if not parsed.diagnostics:
            continue
        told += 1
        first = parsed.diagnostics[0].span
        near += start - 25 <= first.start <= end + (end - start) + 25
        assert isinstance(intact, Pipeline)
        assert isinstance(parsed.tree, Pipeline)
        later = [command for command in intact.commands if command.start > end]
        same += not later or parsed.tree.commands[-len(later) :] == later
    assert told > 200
    assert near > 0.94 * told
    assert same > 0.97 * told
