"""YAML read without losing a position: PyYAML finds the scalars, here their characters are found again in the text."""

from __future__ import annotations

from typing import Any

from dqlkit.lint.hosts.embedded import Segment, SpanMap
from dqlkit.lint.hosts.json_text import encode_string
from dqlkit.lint.hosts.located import Node, Text

__all__ = ["MissingYaml", "read_yaml"]


class MissingYaml(RuntimeError):
    """PyYAML is not installed."""


def read_yaml(text: str) -> Node:
    """The document; None where the text is none, or holds nothing but a scalar."""
    try:
        import yaml
    except ImportError:
        raise MissingYaml("reading YAML needs PyYAML: install dqlkit[lint]") from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    found = _node(root, text, 0)
    return found if isinstance(found, (dict, list)) else None


def _node(node: Any, text: str, depth: int) -> Node:
    kind = type(node).__name__
    if depth > 200 or node is None:
        return None
    if kind == "MappingNode":
        return {key.value: _node(value, text, depth + 1) for key, value in node.value if hasattr(key, "style")}
    if kind == "SequenceNode":
        return [_node(item, text, depth + 1) for item in node.value]
    if node.tag == "tag:yaml.org,2002:bool":
        return str(node.value).lower() in ("true", "yes", "on")
    return _text(node, text)


def _text(node: Any, text: str) -> Text:
    start, end = node.start_mark.index, node.end_mark.index
    style = node.style or ""
    if style in "|>" and style:
        start = text.index("\n", start) + 1
    elif style:
        start, end = start + 1, end - 1
    encode = {"|": _block, '"': encode_string}.get(style, _single if style == "'" else _plain)
    return Text(node.value, _aligned(node.value, text, start, end, style), encode)


def _aligned(value: str, text: str, start: int, end: int, style: str) -> SpanMap:
    """Walks the value and the text side by side: what YAML folds, indents or escapes shows where they differ."""
    segments: list[Segment] = []
    run = 0
    at = start
    indent = _indent(value, text, start) if style in "|>" and style else 0
    at = _skip_indent(text, at, indent) if indent else at
    for position, char in enumerate(value):
        here, width = at, 1
        if at < end and text[at] == char and not (style == '"' and char == "\\") and not (style == "'" and char == "'"):
            at += 1
        else:
            here, width = _folded(text, at, end, char, style)
            at = here + width
        if char == "\n" and indent:
            at = _skip_indent(text, at, indent)
        if segments and segments[-1].file + run == here and width == 1 and segments[-1].length == segments[-1].width:
            last = segments[-1]
            segments[-1] = Segment(last.query, last.file, last.length + 1, last.width + 1)
            run = segments[-1].width
        else:
            segments.append(Segment(position, here, 1, width))
            run = width
    return SpanMap(tuple(segments))


def _indent(value: str, text: str, start: int) -> int:
    """How deep the lines of a block stand."""
    first = next((line for line in value.split("\n") if line.strip()), "")
    for line in text[start:].split("\n"):
        if line.strip():
            return len(line) - len(line.lstrip(" ")) - (len(first) - len(first.lstrip(" ")))
    return 0


def _skip_indent(text: str, at: int, indent: int) -> int:
    stop = at
    while stop < len(text) and stop - at < indent and text[stop] == " ":
        stop += 1
    return stop


def _folded(text: str, at: int, end: int, char: str, style: str) -> tuple[int, int]:
    """Where a character stands that is written differently: an escape, a doubled quote, a folded line."""
    if style == '"' and at < end and text[at] == "\\":
        width = {"x": 4, "u": 6, "U": 10}.get(text[at + 1], 2)
        return at, width
    if style == "'" and text[at : at + 2] == "''":
        return at, 2
    stop = at
    while stop < end and text[stop] in " \t\r\n":
        stop += 1
    if char in " \n" and stop > at:
        return at, stop - at
    return stop, 1


def _block(text: str, indent: str) -> str:
    return text.replace("\n", "\n" + indent)


def _plain(text: str, indent: str) -> str | None:
    return None if "\n" in text or ": " in text or " #" in text else text


def _single(text: str, indent: str) -> str | None:
    return None if "\n" in text else text.replace("'", "''")
