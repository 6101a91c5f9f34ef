"""Queries in Terraform: attributes of the vendor's resources, and documents inside `jsonencode` or JSON text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dqlkit.lint.document import Document
from dqlkit.lint.hosts import documents
from dqlkit.lint.hosts.embedded import Embedded, Segment, SpanMap
from dqlkit.lint.hosts.json_text import read_json
from dqlkit.lint.hosts.located import Text

__all__ = ["MissingHcl", "find"]

#: Attributes that hold DQL whatever the resource: their part and context.
_ATTRIBUTES = {
    "dql_query": ("query", "guardian"),
    "dql_script": ("stages", "openpipeline-processor"),
    "indicator": ("query", "slo"),
    "custom_filter": ("expression", "workflow-trigger"),
    "matcher": ("expression", "openpipeline-matcher"),
    "query": ("query", "terraform"),
}
_STARTS = re.compile(
    r"\s*(?://[^\n]*\n\s*)*(?:fetch|timeseries|data|smartscapeNodes|smartscapeEdges|metrics|load)\b", re.I
)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{", re.S)
_SHORT = {"n": "\n", "t": "\t", "r": "\r"}


class MissingHcl(RuntimeError):
    """The parser of HCL is not installed."""


def find(text: str) -> list[Embedded]:
    """The queries of a Terraform file."""
    try:
        import tree_sitter
        import tree_sitter_hcl
    except ImportError:
        raise MissingHcl("reading Terraform needs tree-sitter-hcl: install dqlkit[lint]") from None
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
    source = text.encode("utf-8")
    columns = _Offsets(text, source)
    return list(_attributes(parser.parse(source).root_node, source, columns, ""))


class _Offsets:
    """Byte offsets to code points."""

    def __init__(self, text: str, source: bytes) -> None:
        self.ascii = len(text) == len(source)
        self.source = source

    def __call__(self, offset: int) -> int:
        return offset if self.ascii else len(self.source[:offset].decode("utf-8", "ignore"))


def _attributes(node: Any, source: bytes, at: _Offsets, pointer: str) -> Iterator[Embedded]:
    stack = [(node, pointer, "")]
    while stack:
        current, path, key = stack.pop()
        name = _name(current, source)
        if current.type in ("attribute", "object_elem"):
            value = current.children[-1]
            found = _text(value, source, at)
            if found is not None:
                yield from _queries(name, found, f"{path}/{name}", key)
                continue
            stack.append((value, f"{path}/{name}", key))
            continue
        inside = f"{path}/{name}" if current.type == "block" else path
        detector = "query" if current.type == "block" and _is_query_field(current, source) else key
        stack += [(child, inside, detector) for child in reversed(current.children)]


def _is_query_field(block: Any, source: bytes) -> bool:
    shown = source[block.start_byte : block.end_byte]
    return _name(block, source) == "analyzer_input_field" and re.search(rb'key\s*=\s*"query"', shown) is not None


def _queries(name: str, found: Text, pointer: str, key: str) -> Iterator[Embedded]:
    part, context = _ATTRIBUTES.get(name, ("", ""))
    if name == "value" and key == "query":
        part, context = "query", "detector"
    if part == "query" and context == "terraform" and not _STARTS.match(found.value):
        part = ""
    if part and found.value.strip():
        yield Embedded(found.value, found.map, "dql", part, context, pointer, Document("terraform"), found.encode)
        return
    inner = read_json(found.value) if found.value.lstrip().startswith(("{", "[")) else None
    for embedded in documents.find(inner) if inner is not None else []:
        segments = tuple(_through(segment, found.map) for segment in embedded.map.segments)
        encode = _twice(embedded, found)
        yield Embedded(
            embedded.text,
            SpanMap(segments),
            "dql",
            embedded.part,
            embedded.context,
            pointer + embedded.pointer,
            embedded.document,
            encode,
        )


def _through(segment: Segment, outer: SpanMap) -> Segment:
    start = outer.start(segment.file)
    width = outer.start(segment.file + segment.width) - start
    return Segment(segment.query, start, segment.length, width)


def _twice(embedded: Embedded, found: Text) -> Any:
    def encode(text: str, indent: str) -> str | None:
        once = embedded.encode(text, "")
        return None if once is None else found.encode(once, indent)

    return encode


def _name(node: Any, source: bytes) -> str:
    """The name of an attribute, the key of an object's element, the type and labels of a block."""
    if node.type == "object_elem":
        return source[node.children[0].start_byte : node.children[0].end_byte].decode("utf-8", "ignore").strip('"')
    words = []
    for child in node.children:
        if child.type not in ("identifier", "string_lit"):
            break
        words.append(source[child.start_byte : child.end_byte].decode("utf-8", "ignore").strip('"'))
    return ".".join(words)


def _text(node: Any, source: bytes, at: _Offsets) -> Text | None:
    """The string that an expression is: quoted, or a heredoc; templates in it stay as they are written."""
    while node.type in ("expression", "literal_value", "template_expr") and len(node.children) == 1:
        node = node.children[0]
    if node.type in ("string_lit", "quoted_template"):
        start, end = node.start_byte + 1, node.end_byte - 1
        value, span_map = _unescaped(source[start:end].decode("utf-8"), at(start))
        return Text(value, span_map, _escaped)
    if node.type == "heredoc_template":
        return _heredoc(node, source, at)
    return None


def _unescaped(raw: str, start: int) -> tuple[str, SpanMap]:
    parts: list[str] = []
    segments: list[Segment] = []
    here = length = 0
    for escape in [*_ESCAPE.finditer(raw), None]:
        end = escape.start() if escape else len(raw)
        if end > here:
            segments.append(Segment(length, start + here, end - here, end - here))
            parts.append(raw[here:end])
            length += end - here
        if escape:
            shown = escape.group()
            value = (
                shown[1:]
                if shown[0] in "$%"
                else chr(int(shown[2:], 16))
                if shown[1] in "uU"
                else _SHORT.get(shown[1], shown[1])
            )
            segments.append(Segment(length, start + end, len(value), len(shown)))
            parts.append(value)
            length, here = length + len(value), escape.end()
    return "".join(parts), SpanMap(tuple(segments))


def _escaped(text: str, indent: str) -> str:
    shown = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return shown.replace("${", "$${").replace("%{", "%%{")


def _heredoc(node: Any, source: bytes, at: _Offsets) -> Text:
    """`<<EOT` as it stands, `<<-EOT` without the common indentation."""
    shown = source[node.start_byte : node.end_byte].decode("utf-8")
    opening, _, rest = shown.partition("\n")
    body = rest[: rest.rfind("\n") + 1]
    start = at(node.start_byte) + len(opening) + 1
    lines = body.splitlines(keepends=True)
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    cut = indent if opening.startswith("<<-") else 0
    pieces: list[str] = []
    segments: list[Segment] = []
    length = 0
    for line in lines:
        kept = line[min(cut, len(line) - len(line.lstrip(" "))) :]
        segments.append(Segment(length, start + len(line) - len(kept), len(kept), len(kept)))
        pieces.append(kept)
        length, start = length + len(kept), start + len(line)
    return Text("".join(pieces), SpanMap(tuple(segments)), lambda text, indent: text.replace("\n", "\n" + indent))
