"""JSON, and JSON with template actions in it (`{{ … }}`), read without losing a position.

Tolerant where templates make it so: an action stands for any value, commas may be missing or too many. Text that is no
JSON at all gives None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from dqlkit.hosts.embedded import SpanMap, decoded
from dqlkit.hosts.located import Node, Text

__all__ = ["decode_string", "encode_string", "read_json"]

#: Actions of templates that make no text of their own.
_CONTROL = r"/\*.*?\*/\s*-?|(?:if|else|end|range|with|define|block|break|continue)\b.*?|\$\w+\s*:?=.*?"
_PLACEHOLDER = r"\{\{[^{}\n]*\}\}|\$\{[^{}\n]*\}"


def _tokens(in_string: str) -> re.Pattern[str]:
    return re.compile(
        rf"""(?P<space>[ \t\r\n\ufeff:]+|//[^\n]*|\{{\{{-?\s*(?:{_CONTROL})\}}\}})
          | (?P<string>"(?>{in_string})*+")
          | (?P<template>\{{\{{.*?\}}\}}|\$\{{[^}}\n]*\}})
          | (?P<mark>[{{}}\[\],])
          | (?P<word>[-+.\w]+)""",
        re.X | re.S,
    )


_TOKEN = _tokens(r"[^\"\\\n]++|\\.")
_TEMPLATE_TOKEN = _tokens(rf"{_PLACEHOLDER}|[^\"\\\n]|\\.")
_QUOTE_IN_PLACEHOLDER = re.compile(r"(?:\{\{|\$\{)[^{}]*[\"\\\n]")
_COLON = re.compile(r"\s*:")
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.S)
_MOST_DEPTH = 200
_PLAIN = {"true": True, "false": False, "null": None}


def decode_string(raw: str, start: int) -> tuple[str, SpanMap]:
    """The value of what stands between the quotes, which begin at `start`."""
    return decoded(raw, start, _ESCAPE, _unescape)


_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _unescape(escape: str) -> str:
    mark = escape[1]
    if len(escape) == 12:  # a pair of surrogates
        high, low = int(escape[2:6], 16), int(escape[8:], 16)
        return chr(0x10000 + ((high & 0x3FF) << 10 | low & 0x3FF))
    return chr(int(escape[2:], 16)) if mark == "u" and len(escape) == 6 else _SHORT.get(mark, mark)


def encode_string(text: str, old: str = "") -> str:
    """Text as it stands between the quotes of a JSON string; in ASCII where what it replaces is."""
    shown = json.dumps(text, ensure_ascii=old.isascii() and "\\u" in old)[1:-1]
    return re.sub("[\ud800-\udfff]", lambda lone: f"\\u{ord(lone.group()):04x}", shown)


def read_json(text: str) -> Node:
    """The document; None where the text is none."""
    templated = ("{{" in text or "${" in text) and not _is_json(text)
    pattern, encode = (_TEMPLATE_TOKEN, _encode_in_template) if templated else (_TOKEN, encode_string)
    stack: list[dict[str, Node] | list[Node]] = []
    root: Node = None
    key: str | None = None
    at = 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            return None
        kind, token = match.lastgroup, match.group()
        at = match.end()
        if kind == "space":
            continue
        if kind == "mark" and token in "}],":
            if token != "," and not stack:
                return None
            if token != ",":
                stack.pop()
            key = None
            continue
        inside = stack[-1] if stack else None
        if kind == "string" and isinstance(inside, dict) and _COLON.match(text, at):
            key = decode_string(token[1:-1], match.start() + 1)[0]
            continue
        if kind in ("template", "string") and key is None and isinstance(inside, dict):
            continue  # between members
        value = _value(str(kind), token, match.start(), encode)
        if inside is not None:
            _put(inside, key, value)
        elif root is None:
            root = value
        else:
            return None
        key = None
        if isinstance(value, (dict, list)):
            if len(stack) >= _MOST_DEPTH:
                return None
            stack.append(value)
    return root if not stack and isinstance(root, (dict, list)) else None


def _is_json(text: str) -> bool:
    try:
        json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


def _encode_in_template(text: str, old: str = "") -> str | None:
    """As in JSON. What stands in placeholders is no JSON, so it is not written where that makes a difference."""
    return None if _QUOTE_IN_PLACEHOLDER.search(text) else encode_string(text, old)


def _value(kind: str, token: str, start: int, encode: Callable[[str, str], str | None]) -> Node:
    if kind == "string":
        value, span_map = decode_string(token[1:-1], start + 1)
        return Text(value, span_map, encode)
    if token in "{[":
        return {} if token == "{" else []
    return _PLAIN.get(token)


def _put(container: dict[str, Node] | list[Node], key: str | None, value: Node) -> None:
    if isinstance(container, list):
        container.append(value)
    elif key is not None:
        container[key] = value
