"""JSON, and JSON with template actions in it (`{{ … }}`), read without losing a position.

Tolerant where templates make it so: an action stands for any value, commas may be missing or too many. Text that is no
JSON at all gives None.
"""

from __future__ import annotations

import json
import re

from dqlkit.lint.hosts.embedded import Segment, SpanMap
from dqlkit.lint.hosts.located import Node, Text

__all__ = ["decode_string", "encode_string", "read_json"]

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|//[^\n]*)
      | (?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<template>\{\{.*?\}\}|\$\{[^}\n]*\})
      | (?P<mark>[{}\[\]:,])
      | (?P<word>[-+.\w]+)""",
    re.X | re.S,
)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.S)
_MOST_DEPTH = 200
_PLAIN = {"true": True, "false": False, "null": None}


def decode_string(raw: str, start: int) -> tuple[str, SpanMap]:
    """The value of what stands between the quotes, which begin at `start`."""
    parts: list[str] = []
    segments: list[Segment] = []
    at = length = 0
    for escape in [*_ESCAPE.finditer(raw), None]:
        end = escape.start() if escape else len(raw)
        if end > at:
            segments.append(Segment(length, start + at, end - at, end - at))
            parts.append(raw[at:end])
            length += end - at
        if escape:
            value = _unescape(escape.group())
            segments.append(Segment(length, start + end, len(value), escape.end() - end))
            parts.append(value)
            length, at = length + len(value), escape.end()
    return "".join(parts), SpanMap(tuple(segments))


_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _unescape(escape: str) -> str:
    mark = escape[1]
    if len(escape) == 12:  # a pair of surrogates
        high, low = int(escape[2:6], 16), int(escape[8:], 16)
        return chr(0x10000 + ((high & 0x3FF) << 10 | low & 0x3FF))
    return chr(int(escape[2:], 16)) if mark == "u" and len(escape) == 6 else _SHORT.get(mark, mark)


def encode_string(text: str, indent: str = "") -> str:
    """Text as it stands between the quotes of a JSON string."""
    shown = json.dumps(text, ensure_ascii=False)[1:-1]
    return re.sub("[\ud800-\udfff]", lambda lone: f"\\u{ord(lone.group()):04x}", shown)


def read_json(text: str) -> Node:
    """The document; None where the text is none."""
    stack: list[tuple[dict[str, Node] | list[Node], str | None]] = []
    root: Node = None
    key: str | None = None
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        kind, token = match.lastgroup, match.group()
        at = match.end()
        if kind == "space" or token in ",:":
            continue
        if token in "}]" and kind == "mark":
            if not stack:
                return None
            stack.pop()
            key = None
            continue
        if kind == "string" and stack and isinstance(stack[-1][0], dict) and key is None:
            key = decode_string(token[1:-1], match.start() + 1)[0]
            continue
        if kind == "template" and key is None and stack and isinstance(stack[-1][0], dict):
            continue  # an action between members
        value = _value(str(kind), token, match.start())
        if not stack:
            if root is not None:
                return None
            root = value
        else:
            _put(stack[-1][0], key, value)
        key = None
        if isinstance(value, (dict, list)):
            if len(stack) >= _MOST_DEPTH:
                return None
            stack.append((value, None))
    return root if not stack and isinstance(root, (dict, list)) else None


def _value(kind: str, token: str, start: int) -> Node:
    if kind == "string":
        value, span_map = decode_string(token[1:-1], start + 1)
        return Text(value, span_map, encode_string)
    if token in "{[":
        return {} if token == "{" else []
    return _PLAIN.get(token)


def _put(container: dict[str, Node] | list[Node], key: str | None, value: Node) -> None:
    if isinstance(container, list):
        container.append(value)
    elif key is not None:
        container[key] = value
