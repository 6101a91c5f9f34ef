"""Entity selectors of the classic API, as far as they speak of entities alone: `type("HOST"),tag("env:prod")`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

from dqlkit.types.values import Value

__all__ = ["Accepts", "read_selector"]

Accepts: TypeAlias = Callable[[Mapping[str, Value]], bool]
"""Whether an entity, given by its attributes, is meant."""

_HEAD = re.compile(r"\s*([A-Za-z][\w.]*)\s*\(")
_QUOTED = re.compile(r'"((?:[^"~]|~.)*)"')


@lru_cache(maxsize=64)
def read_selector(text: str) -> Accepts | None:
    """What a selector accepts; None where it says something that is not known here."""
    criteria = [_criterion(part) for part in _parts(text)]
    if not criteria or None in criteria:
        return None
    return lambda entity: all(accepts(entity) for accepts in criteria if accepts)


def _parts(text: str) -> list[str]:
    """What stands between the commas outside of quotes and parentheses."""
    parts, depth, quoted = [""], 0, False
    for character in text:
        quoted ^= character == '"'
        depth += 0 if quoted else (character == "(") - (character == ")")
        if character == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _criterion(text: str) -> Accepts | None:
    head = _HEAD.match(text)
    body = text.strip()
    if head is None or not body.endswith(")"):
        return None
    name, inner = head[1], body[body.index("(") + 1 : -1]
    if name == "not":
        accepts = read_selector(inner)
        return None if accepts is None else lambda entity: not accepts(entity)
    values = [_unquoted(part.strip()) for part in _parts(inner)] if inner.strip() else []
    if None in values:
        return None
    wanted = [value for value in values if value is not None]
    criterion = _CRITERIA.get(name)
    if criterion is None and "." in name:
        return None
    return criterion(wanted) if criterion else lambda entity: any(text in wanted for text in _texts(entity, name))


def _unquoted(text: str) -> str | None:
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return re.sub("~(.)", r"\1", quoted[1])
    return text if re.fullmatch(r"[^\"(),]+", text) else None


def _type(entity: Mapping[str, Value]) -> str:
    return str(entity.get("id")).rpartition("-")[0]


def _name(entity: Mapping[str, Value]) -> str:
    return str(entity.get("entity.name") or entity.get("name") or "").lower()


def _texts(entity: Mapping[str, Value], name: str) -> list[str]:
    value = entity.get(name)
    return [str(item) for item in (value if isinstance(value, list) else [value])]


_CRITERIA: dict[str, Callable[[list[str]], Accepts]] = {
    "type": lambda wanted: lambda entity: _type(entity) in [value.upper() for value in wanted],
    "entityId": lambda wanted: lambda entity: str(entity.get("id")) in wanted,
    "tag": lambda wanted: lambda entity: any(text in wanted for text in _texts(entity, "tags")),
    "entityName.exists": lambda wanted: lambda entity: _name(entity) != "",
    "entityName": lambda wanted: lambda entity: _name(entity) in [value.lower() for value in wanted],
    "entityName.in": lambda wanted: lambda entity: _name(entity) in [value.lower() for value in wanted],
    "entityName.equals": lambda wanted: lambda entity: _name(entity) in [value.lower() for value in wanted],
    "entityName.contains": lambda wanted: lambda entity: any(value.lower() in _name(entity) for value in wanted),
    "entityName.startsWith": lambda wanted: lambda entity: _name(entity).startswith(tuple(v.lower() for v in wanted)),
}
