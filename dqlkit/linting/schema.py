"""Schema files, in which users declare the fields of tables. With one the linter knows all fields and can report
missing ones.

    [logs]                      # TOML: a table for each data object, or the same as JSON objects
    content = "string"
    timestamp = "timestamp"
    "host.name" = "string"

    [hosts]
    id = "string"
    "*" = "any"                 # there may be further fields

Types are those of the language; `any` says nothing. Names of data objects with dots need quotes in TOML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from dqlkit.linting.settings import Settings, SettingsError
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import (
    ANY,
    BINARY,
    BOOLEAN,
    DOUBLE,
    DURATION,
    IP,
    LONG,
    STRING,
    TIMEFRAME,
    TIMESTAMP,
    UID,
    Array,
    Type,
)

__all__ = ["read_schema", "schema_for", "schema_of"]

#: Types by their name in a schema file. What is inside of arrays and records is not told.
_KINDS: Mapping[str, Type] = {
    **{kind.name: kind for kind in (BINARY, BOOLEAN, DOUBLE, DURATION, IP, LONG, STRING, TIMEFRAME, TIMESTAMP, UID)},
    "array": Array(ANY),
    "record": ANY,
    "any": ANY,
}


def schema_of(fields: Mapping[str, str]) -> Schema:
    """The schema of a table whose fields and types are told in words, as `dqlkit inspect` has them. Of arrays, records and
    mixed types it says no more than that."""
    return Schema({name: _KINDS.get(re.split(r"[<{]", kind)[0], ANY) for name, kind in fields.items()}).as_stored()


def schema_for(settings: Settings) -> Mapping[str, Schema]:
    """The tables of the schema file that the settings name, relative to them; none where they name none."""
    return read_schema(Path(settings.root, settings.schema)) if settings.schema else {}


@lru_cache(maxsize=16)
def read_schema(path: Path) -> Mapping[str, Schema]:
    """The tables that a JSON or TOML file declares.

    Raises SettingsError for a file that cannot be read or is not what is expected.
    """
    import tomllib  # most runs read no schema

    try:
        text = path.read_text("utf-8")
        content = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as problem:
        raise SettingsError(f"{path}: {problem}") from None
    if not isinstance(content, dict):
        raise SettingsError(f"{path}: expected tables with their fields")
    return {name: _table(path, name, fields) for name, fields in content.items()}


def _table(path: Path, name: str, fields: Any) -> Schema:
    if not isinstance(fields, dict):
        raise SettingsError(f"{path}: expected the fields of `{name}` with their types")
    flat = dict(_flat(fields))
    wrong = next((field for field, kind in flat.items() if kind not in _KINDS), None)
    if wrong is not None:
        known = ", ".join(sorted(_KINDS))
        raise SettingsError(f"{path}: expected a type for `{name}.{wrong}`, found `{flat[wrong]}`; known are {known}")
    return Schema({field: _KINDS[kind] for field, kind in flat.items() if field != "*"}, open="*" in flat)


def _flat(fields: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Fields with dotted names, which TOML takes apart where they are not quoted."""
    found: list[tuple[str, str]] = []
    for name, kind in fields.items():
        found += _flat(kind, f"{prefix}{name}.") if isinstance(kind, dict) else [(prefix + name, str(kind))]
    return found
