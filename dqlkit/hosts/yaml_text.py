"""YAML read without losing a position: its parser says where scalars stand and what they mean, here their characters are
found again in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from dqlkit.frozen import mutable
from dqlkit.hosts.embedded import Segment, SpanMap, decoded, dedented, indented
from dqlkit.hosts.json_text import encode_string
from dqlkit.hosts.located import Encode, Node, Problem, Text, cut
from dqlkit.regex import regex

__all__ = ["read_yaml"]

_MOST_DEPTH = 200


def read_yaml(text: str) -> tuple[Node, Problem | None]:
    """The document, or a list of several, none where the text holds nothing but scalars; and why it ends too early.

    Templates are read as text where they stand for values; where they stand between lines they are left out.
    """
    mark = int(text.startswith("\ufeff"))
    roots, problem = _documents(text, text[mark:], mark)
    if problem is not None and ("{{" in text or "{%" in text):
        other, still = _documents(text, _without_templates(text[mark:]), mark)
        if still is None or still.offset > problem.offset:
            roots, problem = other, still
    whole: list[Node] = [root for root in roots if isinstance(root, (dict, list))]
    return (whole if len(whole) > 1 else whole[0] if whole else None), problem


def _documents(text: str, readable: str, mark: int) -> tuple[list[Node], Problem | None]:
    import yaml

    roots: list[Node] = []
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one is ten times as fast, but not everywhere
    shown = text[:mark] + readable.replace(_OPENING, _OPENS)
    try:  # what stands before a break is read
        _read(yaml.parse(readable, Loader=loader), shown, mark, roots)
    except _TooDeep as deep:
        return roots, Problem(deep.args[0], "Nested too deep.")
    except yaml.MarkedYAMLError as problem:
        place = problem.problem_mark or problem.context_mark
        said = f"This is no YAML: {problem.problem or problem.context}."
        return roots, Problem(min(mark + place.index, len(text)) if place else 0, said)
    except (yaml.YAMLError, UnicodeError) as problem:
        return roots, Problem(0, f"This is no YAML: {str(problem).splitlines()[0]}.")
    return roots, None


#: Lines of templates that hold no value, and the braces of those that do. Whatever takes their place is as long.
_CONTROL_LINE = regex(r"^[ \t]*(?:\{\{.*\}\}|\{%.*%\})[ \t]*(?=\r?$)", re.M)
_OPENS, _OPENING = "{{", "\ue000\ue001"


def _without_templates(text: str) -> str:
    return _CONTROL_LINE.sub(lambda line: " " * len(line.group()), text).replace(_OPENS, _OPENING)


@mutable(slots=False)
class _Open:
    """A mapping or sequence that has not ended: its anchor, whether it is written in brackets, the key that waits."""

    node: dict[str, Node] | list[Node]
    anchor: str | None
    flow: bool
    key: str | None = None

    @property
    def awaits_value(self) -> bool:
        """Whether a value comes next, and not a key."""
        return self.key is not None or isinstance(self.node, list)

    def put(self, node: Node, key: str) -> None:
        """The next node; `key` is what it is as a key."""
        if isinstance(self.node, list):
            self.node.append(node)
        elif self.key is None:
            self.key = key
        else:
            self.node[self.key] = node
            self.key = None


def _read(events: Iterable[Any], text: str, shift: int, roots: list[Node]) -> None:
    """Adds the documents to `roots`. Events come however deep a document is, and what an alias leads to is one node."""
    stack: list[_Open] = []
    try:
        _read_events(events, text, shift, roots, stack)
    except Exception:
        for outer, inner in pairwise(stack):
            outer.put(inner.node, "")
        for one in stack:
            cut(one.node)
        roots += [one.node for one in stack[:1]]
        raise


def _read_events(events: Iterable[Any], text: str, shift: int, roots: list[Node], stack: list[_Open]) -> None:
    """The same; `stack` are the mappings and sequences that are open."""
    anchors: dict[str, Node] = {}
    for event in events:
        kind, key, node = type(event).__name__, "", None
        if kind == "ScalarEvent":
            key, inside = event.value.replace(_OPENING, _OPENS), stack[-1] if stack else None
            if inside is None or inside.awaits_value or event.anchor:
                node = _scalar(event, key, text, shift, inside is not None and inside.flow)
        elif kind == "AliasEvent":
            node = anchors.get(event.anchor)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            stack.append(_Open({} if kind[0] == "M" else [], event.anchor, bool(event.flow_style)))
            if len(stack) > _MOST_DEPTH:
                raise _TooDeep(event.start_mark.index + shift)
            continue
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            ended = stack.pop()
            node, event.anchor = _merged(ended.node), ended.anchor
        else:
            continue
        if kind != "AliasEvent" and event.anchor:
            anchors[event.anchor] = node
        if stack:
            stack[-1].put(node, key)
        else:
            roots.append(node)


class _TooDeep(Exception):
    """A document nested deeper than any that holds queries; the argument is where."""


def _merged(node: Node) -> Node:
    """A mapping with what it takes over from others (`<<`)."""
    if isinstance(node, dict) and "<<" in node:
        bases = node.pop("<<")
        for base in bases if isinstance(bases, list) else [bases]:
            for key, value in base.items() if isinstance(base, dict) else ():
                node.setdefault(key, value)
    return node


def _scalar(event: Any, value: str, text: str, shift: int, flow: bool) -> Node:
    style = (event.style or "").strip()
    if not style and len(value) < 5 and event.implicit[0] and value.lower() in ("true", "yes", "on"):
        return True

    def place() -> tuple[SpanMap, Encode]:
        start, end = event.start_mark.index + shift, event.end_mark.index + shift
        return _placed(value, text[start:end], start, style, flow)

    return Text(value, place)


#: What may precede a scalar: a tag, such as a function of CloudFormation (`!Sub`), and an anchor.
_PROPERTIES = regex(r"(?:[!&]\S*\s+)+")


def _placed(value: str, raw: str, start: int, style: str, flow: bool) -> tuple[SpanMap, Encode]:
    if (said := _PROPERTIES.match(raw)) is not None:
        raw, start = raw[said.end() :], start + said.end()
    length, span_map, encode = _block(value, raw, start, style) if style in ("|", ">") else _line(raw, start, style)
    if length != len(value):  # written in a way that is not known here
        span_map, encode = SpanMap((Segment(0, start, len(value), len(raw)),)), _refused
    elif style == "" and flow:
        encode = _plain_in_brackets
    return span_map, encode if style == "|" or "\n" not in raw else _kept_in_line(encode)


# ---- scalars in lines -----------------------------------------------------------------------------------------------

_BREAK = r"[ \t]*[\r\n][ \t\r\n]*"
_WRITTEN_OTHERWISE = {
    "": re.compile(_BREAK),
    "'": re.compile(rf"''|{_BREAK}"),
    '"': re.compile(rf"\\(?:x..|u.{{4}}|U.{{8}}|[\r\n][ \t\r\n]*|.)|{_BREAK}", re.S),
}


def _line(raw: str, start: int, style: str) -> tuple[int, SpanMap, Encode]:
    """How long the value of a plain or quoted scalar is, where its characters stand, how they are written."""
    quote = len(style)
    value, span_map = decoded(raw[quote : len(raw) - quote], start + quote, _WRITTEN_OTHERWISE[style], _as_long)
    return len(value), span_map, {"": _plain, "'": _single, '"': _double}[style]


def _as_long(written: str) -> str:
    """Text as long as what is written otherwise: an escape, a line break that is folded."""
    if written[0] == "\\" and written[1] not in "\r\n":
        return "?"
    breaks = len(re.findall(r"\r\n|\r|\n", written))
    return "?" * (breaks - 1 if written[0] == "\\" or breaks > 1 else 1)


def _plain(text: str, old: str) -> str | None:
    odd = not text or text[0].isspace() or re.search(r"\n|:(?:\s|$)|\s#", text) is not None
    begins = text[:1] in _INDICATORS and old[:1] not in _INDICATORS
    return None if odd or begins else text


_INDICATORS = tuple("-?:,[]{}#&*!|>'\"%@`")


def _plain_in_brackets(text: str, old: str) -> str | None:
    return None if re.search(r"[,\[\]{}]", text) else _plain(text, old)


def _single(text: str, old: str) -> str | None:
    return None if "\n" in text else text.replace("'", "''")


def _double(text: str, old: str) -> str:
    return encode_string(text)


def _refused(text: str, old: str) -> str | None:
    return None


def _kept_in_line(encode: Encode) -> Encode:
    """For a scalar whose lines are folded, which blanks and empty lines change: words are written for words, no more."""

    def in_line(text: str, old: str) -> str | None:
        words = all(part and "\n" not in part and part == part.strip() for part in (text, old))
        return encode(text, old) if words else None

    return in_line


# ---- blocks ---------------------------------------------------------------------------------------------------------


def _block(value: str, raw: str, start: int, style: str) -> tuple[int, SpanMap, Encode]:
    """The same for a block."""
    header = raw.find("\n") + 1 or len(raw)
    indent = _deep(raw[header:]) - _deep(value)
    lines, span_map = dedented(raw[header:], start + header, indent)
    if style == ">":
        folded = _folded(value, lines)
        return len(value) if folded else -1, folded.within(span_map) if folded else span_map, lambda text, old: text
    same = lines.rstrip("\n") == value.rstrip("\n")
    return len(value) if same else -1, span_map, indented(" " * indent)


def _deep(block: str) -> int:
    """How deep the first line with text stands."""
    line = next((line for line in block.split("\n") if line.strip()), "")
    return len(line) - len(line.lstrip(" "))


def _folded(value: str, lines: str) -> SpanMap | None:
    """Where the characters of a folded block stand among its lines, whose text is kept while their ends are not."""
    segments: list[Segment] = []
    at = end = 0
    for line in re.finditer(r"^[ \t]*[^\n \t][^\n]*", lines, re.M):
        found = value.find(line.group(), at)
        if found < 0 or value[at:found].strip():
            return None
        if found > at:
            segments.append(Segment(at, end, found - at, line.start() - end))
        length = line.end() - line.start()
        segments.append(Segment(found, line.start(), length, length))
        at, end = found + length, line.end()
    if at < len(value):
        segments.append(Segment(at, end, len(value) - at, min(len(value) - at, len(lines) - end)))
    return SpanMap(tuple(segments))
