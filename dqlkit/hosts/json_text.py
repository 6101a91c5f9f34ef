"""JSON, and JSON with template actions in it (`{{ … }}`, `{% … %}`), read without losing a position.

Tolerant where templates make it so: an action stands for any value, commas may be missing or too many. A string may go
over several lines, as editors of dashboards leave it. Results that a document keeps below a key are left out.
"""

from __future__ import annotations

import json
import re

from dqlkit.hosts.embedded import SpanMap, decoded
from dqlkit.hosts.located import Encode, Node, Problem, Text, cut
from dqlkit.regex import regex

__all__ = ["Unreadable", "decode_string", "encode_string", "fault", "is_json", "read_json", "uneven"]

#: Actions of templates that make no text of their own.
_CONTROL = r"/\*.*?\*/\s*-?|(?:if|else|end|range|with|define|block|break|continue)\b.*?|\$\w+\s*:?=.*?"
_PLACEHOLDER = r"\{\{[^{}\n]*\}\}|\$\{[^{}\n]*\}|\{%[^%\n]*%\}"


#: What stands between tokens.
_BLANK = r"[ \t\r\n\ufeff:]*+"


def _tokens(in_string: str) -> re.Pattern[str]:
    return re.compile(
        rf"""{_BLANK}(?:
            (?P<string>"(?>{in_string})*+")
          | (?P<word>[-+.\w]+)
          | (?P<space>//[^\n]*|/\*.*?\*/|\{{\{{-?\s*(?:{_CONTROL})\}}\}}|\{{%.*?%\}}|\{{\#.*?\#\}}|\Z)
          | (?P<template>\{{\{{.*?\}}\}}|\$\{{[^}}\n]*\}})
          | (?P<mark>[{{}}\[\],]))""",
        re.X | re.S,
    )


_TOKEN = _tokens(r"[^\"\\]++|\\.")
_TEMPLATE_TOKEN = _tokens(rf"{_PLACEHOLDER}|[^\"\\]|\\.")
#: Keys of results that documents keep, which may be large and hold what nobody wrote.
_SAVED = frozenset({"result", "results", "records", "lastExecution"})
#: Keys of what says how answers are drawn: half of a large dashboard, and nothing in it is a query.
_DRAWING = frozenset({"visualizationSettings", "layouts"})
_QUOTE_IN_PLACEHOLDER = regex(r"(?:\{\{|\$\{|\{%)[^{}]*[\"\\\n]")
_COLON = regex(r"\s*:")
_BLANKS = regex(_BLANK)
_ESCAPE = regex(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.S)
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


class Unreadable(ValueError):
    """Text that is no JSON: where that shows, and why; `before` is what was read before that."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(offset, message)
        self.before: Node = None


def read_json(text: str) -> Node:
    """The document, or a list of several."""
    stack: list[tuple[int, dict[str, Node] | list[Node]]] = []
    roots: list[Node] = []
    try:
        _read(text, stack, roots)
    except Unreadable as problem:
        for _, container in stack:
            cut(container)
        problem.before = _whole(roots)
        raise
    return _whole(roots)


def _read(text: str, stack: list[tuple[int, dict[str, Node] | list[Node]]], roots: list[Node]) -> None:
    """Adds what stands at the outermost level to `roots`; `stack` are the containers that are open."""
    exact = is_json(text)
    templated = not exact and any(mark in text for mark in ("{{", "${", "{%"))
    pattern, encode = (_TEMPLATE_TOKEN, _encode_in_template) if templated else (_TOKEN, encode_string)
    key: str | None = None
    at = 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            raise _strange(text, at)
        kind = str(match.lastgroup)
        token, (start, at) = match[kind], match.span(kind)
        if kind == "space":
            continue
        if kind == "mark" and token in "}],":
            if token != ",":
                _closes(stack, token, start)
            key = None
            continue
        inside = stack[-1][1] if stack else None
        if kind == "string" and isinstance(inside, dict) and _COLON.match(text, at):
            key = decode_string(token[1:-1], start + 1)[0] if "\\" in token else token[1:-1]
            continue
        if kind in ("template", "string") and key is None and isinstance(inside, dict):
            continue  # between members
        if exact and key in _SAVED and token in "{[":
            at = json.JSONDecoder().raw_decode(text, start)[1]
            continue
        value = _value(kind, token, start, encode)
        if exact and key in _DRAWING and token in "{[":
            value = aside = _aside(text, start)
            at = start + len(aside.value)
        if inside is not None:
            _put(inside, key, value)
        else:
            roots.append(value)
        key = None
        if isinstance(value, (dict, list)):
            if len(stack) >= _MOST_DEPTH:
                raise Unreadable(start, "Nested too deep.")
            stack.append((start, value))
    if stack:
        raise Unreadable(stack[-1][0], f"`{text[stack[-1][0]]}` is not closed.")


def _aside(text: str, start: int) -> Text:
    """An object or array as the text that it is written with. What lies in it is found all the same, as in any text that is
    a document itself."""
    end = json.JSONDecoder().raw_decode(text, start)[1]
    return Text(text[start:end], lambda: (SpanMap.verbatim(start, end - start), lambda new, _: new))


def _whole(roots: list[Node]) -> Node:
    whole: list[Node] = [root for root in roots if isinstance(root, (dict, list))]
    return whole if len(whole) > 1 else whole[0] if whole else None


def _closes(stack: list[tuple[int, dict[str, Node] | list[Node]]], token: str, at: int) -> None:
    if not stack or isinstance(stack[-1][1], dict) != (token == "}"):
        raise Unreadable(at, f"`{token}` closes nothing.")
    stack.pop()


def _strange(text: str, at: int) -> Unreadable:
    """What is said of the next token, which is none."""
    match = _BLANKS.match(text, at)
    at = match.end() if match else at
    return Unreadable(at, "A string is not closed." if text[at] == '"' else f"`{text[at]}` is no JSON.")


def is_json(text: str) -> bool:
    """Whether a text is JSON as it stands."""
    try:
        json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


def uneven(text: str) -> Problem | None:
    """A line break inside of a string, which JSON does not allow; none where the text is no JSON for other reasons."""
    at, _ = fault(text)
    help = "Write `\\n`. It was read as if that stood there."
    return Problem(at, "A string of JSON cannot hold a line break.", help) if text[at : at + 1] in _BREAKS else None


def fault(text: str) -> tuple[int, str]:
    """Where a text first is no JSON, by the letter, and why; its end where all of it is."""
    mark = int(text.startswith("\ufeff"))
    try:
        json.loads(text[mark:])
    except json.JSONDecodeError as problem:
        return problem.pos + mark, problem.msg
    except (ValueError, RecursionError):
        pass
    return len(text), ""


_BREAKS = ("\n", "\r")


def _encode_in_template(text: str, old: str = "") -> str | None:
    """As in JSON. What stands in placeholders is no JSON, so it is not written where that makes a difference."""
    return None if _QUOTE_IN_PLACEHOLDER.search(text) else encode_string(text, old)


def _value(kind: str, token: str, start: int, encode: Encode) -> Node:
    if kind == "string":
        raw = token[1:-1]
        if "\\" not in raw:
            return Text(raw, lambda: (SpanMap.verbatim(start + 1, len(raw)), encode))
        value, span_map = decode_string(raw, start + 1)
        return Text(value, lambda: (span_map, encode))
    if token in "{[":
        return {} if token == "{" else []
    return _PLAIN.get(token)


def _put(container: dict[str, Node] | list[Node], key: str | None, value: Node) -> None:
    if isinstance(container, list):
        container.append(value)
    elif key is not None:
        container[key] = value
