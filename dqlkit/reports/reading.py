"""Reads a notebook or a dashboard from a file, whatever it is wrapped in."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from dqlkit.errors import SourceError
from dqlkit.frozen import replace
from dqlkit.hosts.json_text import Unreadable, read_json
from dqlkit.hosts.located import Node, Text
from dqlkit.reports.document import Document
from dqlkit.reports.members import Json

__all__ = ["read_document"]

Read: TypeAlias = Callable[[Mapping[str, Json], str], "Document | None"]


def read_document(text: str, name: str) -> Document:
    """The first document in a text of JSON or YAML; what it is, its content tells. `name` is that of the file, for titles
    and messages. Raises `SourceError` where there is none."""
    found = next(_documents(_parsed(text, name)), None)
    if found is None:
        raise SourceError.of("R103", f"{name}: expected a notebook or a dashboard, found neither.")
    return replace(found, title=found.title or found.heading or Path(name).stem)


def names() -> tuple[str, ...]:
    """The kinds of documents: the files of the folder `kinds`."""
    files = sorted(os.listdir(os.path.join(os.path.dirname(__file__), "kinds")), reverse=True)
    return tuple(name for name, ending in map(os.path.splitext, files) if ending == ".py" and name != "__init__")


@cache
def _kinds() -> tuple[Read, ...]:
    return tuple(import_module(f"dqlkit.reports.kinds.{name}").read for name in names())


def _documents(root: Json) -> Iterator[Document]:
    """The documents in a tree, outer ones first; a text in it may hold one itself. Their title is the last name above."""
    name = ""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop(0)
        if id(node) in seen:  # aliases of YAML lead to one object many times
            continue
        seen.add(id(node))
        if isinstance(node, str) and node.lstrip()[:1] == "{":
            node = _object(node)
        if isinstance(node, Mapping):
            title = next(
                (found for key in ("name", "title") if isinstance(found := node.get(key), str) and found), name
            )
            read = (document for kind in _kinds() if (document := kind(node, title)) is not None)
            if (document := next(read, None)) is not None:
                yield document
                continue
            name = title
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _object(text: str) -> Json:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _parsed(text: str, name: str) -> Json:
    """The content of a text: JSON with its saved results, else whatever the linter can read too."""
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        try:
            return json.loads(text.removeprefix("\ufeff"), strict=False)
        except RecursionError:
            raise SourceError.of("R102", f"{name}: nested too deeply to be read.") from None
        except ValueError as fault:
            try:
                return _plain(read_json(text))
            except Unreadable:
                raise SourceError.of("R102", f"{name}: this is no JSON: {fault}.") from None
    return _yaml(text, name)


def _yaml(text: str, name: str) -> Json:
    """The content of YAML, whose plain words are text but for numbers, booleans and null, as in JSON."""
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one is ten times as fast, but not everywhere
    loader: Any = type("Loader", (base,), {"yaml_implicit_resolvers": {}})
    for tag, written, first in _WORDS:
        loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(written), list(first))
    try:
        return list(yaml.load_all(text, loader))
    except yaml.MarkedYAMLError as fault:
        place = fault.problem_mark or fault.context_mark
        line = f", line {place.line + 1}" if place else ""
        raise SourceError.of("R102", f"{name}{line}: this is no YAML: {fault.problem or fault.context}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        said = (str(fault).splitlines() or [""])[0]
        raise SourceError.of("R102", f"{name}: this is no YAML: {said}.") from None


#: The words that are no text: their tag, how they are written, and the characters they begin with.
_WORDS = (
    ("null", r"(?:~|null|)\Z", ("~", "n", "")),
    ("bool", r"(?:true|false)\Z", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)\Z", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z", "-0123456789"),
    ("merge", r"<<\Z", "<"),
)


def _plain(node: Node) -> Json:
    """A located document without its places."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    return [_plain(item) for item in node] if isinstance(node, list) else node
