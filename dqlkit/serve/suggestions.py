"""`query:autocomplete`: the offers of `dqlkit.editing` as the Grail API writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dqlkit.editing import Draft, Item, Known, complete
from dqlkit.languages.dql.objects import FETCHED
from dqlkit.languages.language import Part
from dqlkit.languages.statement import Statement
from dqlkit.plan.schema import Schema
from dqlkit.store.layout import EVENT_TYPES, folder_of
from dqlkit.store.store import Store
from dqlkit.store.table import named, stored_schema
from dqlkit.wire.positions import utf16

__all__ = ["suggestions"]

_ROLES = {
    "command": "COMMAND_NAME",
    "function": "FUNCTION_NAME",
    "parameter": "PARAMETER_KEY",
    "field": "SIMPLE_IDENTIFIER",
    "table": "DATA_OBJECT",
    "metric": "METRIC_KEY",
    "variable": "VARIABLE",
    "value": "STRING",
    "keyword": "ENUM_STRING",
    "operator": "OPERATOR",
    "matcher": "PARSE_PATTERN",
}


def suggestions(query: str, cursor: int | None, store: Store, part: Part = "query") -> dict[str, Any]:
    """What may be written at a place of a text; what stands behind the place does not count."""
    text = _before(query, cursor)
    found = complete(Draft(text, part=part, known=Known(tables=_schemas(store))), len(text))
    items: Iterable[Item] = found.matching(text)
    typed = utf16(text[found.span.start :])
    return {
        "optional": not Statement(text, "dql", part).errors,
        "suggestedTtlSeconds": 0,
        "suggestions": [_suggestion(item, typed) for item in items],
    }


def _suggestion(item: Item, typed: int) -> dict[str, Any]:
    part = {"suggestion": item.text, "type": _ROLES[item.kind]}
    told = {"info": item.documentation, "synopsis": item.detail}
    part |= {name: text for name, text in told.items() if text}
    return {"suggestion": item.text, "alreadyTypedCharacters": typed, "parts": [part]}


def _before(query: str, cursor: int | None) -> str:
    """The text up to the cursor, which counts UTF-16 units."""
    if cursor is None:
        return query
    return query.encode("utf-16-le", "surrogatepass")[: cursor * 2].decode("utf-16-le", "replace")


def _schemas(store: Store) -> Mapping[str, Schema]:
    return dict(_tables(store))


def _tables(store: Store) -> Iterator[tuple[str, Schema]]:
    yield from ((name, Schema({}, open=True)) for name in FETCHED)
    for name in named(store.folder):
        if not name.startswith(EVENT_TYPES):
            yield name, stored_schema(folder_of(store.folder, name))
