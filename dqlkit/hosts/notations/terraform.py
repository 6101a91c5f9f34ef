"""Queries in Terraform: attributes of the vendor's resources, and documents inside of `jsonencode` or of JSON text.

An object expression becomes the same kind of tree that JSON and YAML become, so every kind of document is found in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dqlkit.hosts.clear import SOURCES, begins_query, clear_language
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded, decoded, dedented, indented
from dqlkit.hosts.kind import Kind, queries
from dqlkit.hosts.kinds.openpipeline import is_condition
from dqlkit.hosts.kinds.workflow import task_input
from dqlkit.hosts.located import Node, Problem, Text, strings
from dqlkit.hosts.notation import Looked, notation
from dqlkit.hosts.source import Source
from dqlkit.languages.language import Part
from dqlkit.regex import regex

__all__ = ["terraform"]

#: Attributes that hold DQL, with the blocks right around them (none: whatever they are): part and context.
_ATTRIBUTES: Mapping[tuple[str, ...], Mapping[str, tuple[Part, str]]] = {
    (): {
        "dql_query": ("query", "guardian"),
        "dql_script": ("stages", "openpipeline-processor"),
        "indicator": ("query", "slo"),
        "custom_filter": ("expression", "workflow-trigger"),
        "matcher": ("expression", "openpipeline-matcher"),
        "custom_matcher": ("expression", "openpipeline-matcher"),
    },
    ("dql",): {"script": ("stages", "openpipeline-processor")},
    ("config", "event"): {"query": ("expression", "workflow-trigger")},
}
_TASK = Kind("task", "", (), task_input)
_MOST_DEPTH = 200
#: Functions whose result holds what they are given.
_SEEN_THROUGH = ("jsonencode", "yamlencode", "trimspace", "chomp", "format")


@notation("HCL", endings=(".tf", ".tfvars", ".hcl"))
def terraform(text: str, thorough: bool) -> Looked:
    """The queries of a file of Terraform."""
    if not thorough and not any(word in text for word in (*_ATTRIBUTES[()], *SOURCES)):
        return Looked(skipped="nothing in it holds queries")
    import tree_sitter
    import tree_sitter_hcl

    source = Source(text, tree_sitter.Language(tree_sitter_hcl.language()))
    return Looked(tuple(_blocks(source.root, source)), _problem(source) if source.root.has_error else None)


def _problem(source: Source) -> Problem:
    """The first place where the text is no HCL."""
    node = source.root
    while not (node.is_error or node.is_missing):
        node = next(child for child in node.children if child.has_error or child.is_error or child.is_missing)
    return Problem(source.at(node.start_byte), "This is no HCL.", "What is around it may not have been looked at.")


# ---- attributes -----------------------------------------------------------------------------------------------------


def _blocks(root: Any, source: Source) -> Iterator[Embedded]:
    """The queries of a block and of those in it."""
    stack: list[tuple[Any, tuple[str, ...]]] = [(root, ())]
    while stack:
        node, path = stack.pop()
        if node.type == "block":
            path = (*path, ".".join(source.of(word).strip('"') for word in node.children if word.type in _WORDS))
        attributes = {source.of(a.children[0]): a.children[-1] for a in node.children if a.type == "attribute"}
        known = ((name, _node(attributes[name], source)) for name in ("key", "type") if name in attributes)
        given: dict[str, str] = {name: value.value for name, value in known if isinstance(value, Text)}
        for name, expression in attributes.items():
            for value in _values(expression, source):
                yield from _queries(value, path, name, given)
        stack += [(child, path) for child in reversed(node.children) if child.type in _AROUND_ATTRIBUTES]


_WORDS = ("identifier", "string_lit")
_AROUND_ATTRIBUTES = ("body", "block", "ERROR")


def _queries(value: Node, path: Sequence[str], name: str, given: Mapping[str, str]) -> Iterator[Embedded]:
    """The queries of an attribute; `path` are the blocks around it, `given` is what stands beside it."""
    pointer = "/".join(("", *path, name))
    if isinstance(value, Text):
        kind = _kind(path, name, given, value.value)
        if kind and value.value.strip():
            part, context = kind
            yield Embedded(value.value, value.map, "dql", part, context, pointer, Document("terraform"), value.encode)
            return
    found = queries(value, pointer, (_TASK,) if name == "input" and path[-1:] == ("task",) else None)
    yield from found
    if not found and isinstance(value, (dict, list)):
        for at, text in strings(value):
            keys = at.split("/")[1:]
            if not keys[-1].isdigit():
                yield from _queries(text, (*path, name, *keys[:-1]), keys[-1], {})


def _kind(path: Sequence[str], name: str, given: Mapping[str, str], text: str) -> tuple[Part, str] | None:
    """The kind of query in an attribute, and its context; None for an attribute without a query."""
    for around, attributes in _ATTRIBUTES.items():
        if name in attributes and tuple(path[len(path) - len(around) :]) == around:
            part, context = attributes[name]
            return (part, context) if part != "expression" or is_condition(text) else None
    inside = path[-1] if path else ""
    if name == "value" and inside == "analyzer_input_field" and given.get("key") == "query":
        return "query", "detector"
    if name == "value" and inside == "variables" and given.get("type") == "query":
        return "query", "segment"
    is_query = begins_query(text) if name == "query" else clear_language(text) == "dql"
    return ("query", "terraform") if is_query else None


# ---- expressions ----------------------------------------------------------------------------------------------------


def _values(expression: Any, source: Source) -> Iterator[Node]:
    """The values that an expression may have; where that is unknown, the objects inside it."""
    stack = [expression]
    while stack:
        current = stack.pop()
        value = _node(current, source)
        if isinstance(value, (dict, list)) or (current is expression and value is not None):
            yield value
        else:
            stack += reversed(current.children)


def _node(node: Any, source: Source, depth: int = 0) -> Node:
    """A literal expression as a tree; None for one that would have to be evaluated."""
    node = _bare(node, source)
    if depth > _MOST_DEPTH:
        return None
    if node.type == "object":
        elements = [child for child in node.children if child.type == "object_elem"]
        return {source.of(e.children[0]).strip('"'): _node(e.children[-1], source, depth + 1) for e in elements}
    if node.type == "tuple":
        return [_node(child, source, depth + 1) for child in node.children if child.type == "expression"]
    if node.type in ("string_lit", "quoted_template"):
        return _quoted(node, source)
    if node.type == "heredoc_template":
        return _heredoc(node, source)
    return source.of(node) == "true" if node.type == "bool_lit" else None


def _bare(node: Any, source: Source) -> Any:
    """An expression without brackets and functions around it that do not matter here."""
    while True:
        inner = [child for child in node.children if child.type not in ("(", ")")]
        given = inner[1].children if node.type == "function_call" and len(inner) > 1 else []
        if given and source.of(inner[0]) in _SEEN_THROUGH:
            node = given[0]
        elif node.type in ("expression", "literal_value", "template_expr", "collection_value") and len(inner) == 1:
            node = inner[0]
        else:
            return node


# ---- strings --------------------------------------------------------------------------------------------------------
# What is put in (`${ }`, also escaped: `$${`) stays in a query as it is written, a placeholder. Directives (`%{ }`) are
# left out, so all branches are read one after the other; what stands around one is not written.

_PLAIN = r'[^{}"]|"(?>[^"\\]|\\.)*+"'
_BRACES = rf"\{{(?>{_PLAIN}|\{{(?>{_PLAIN}|\{{(?>{_PLAIN})*+\}})*+\}})*+\}}"
_INTERPOLATION = rf"(?<!\$)\${_BRACES}"
_DIRECTIVE = rf"(?<!%)%{_BRACES}"
_ODD = regex(rf"{_INTERPOLATION}|{_DIRECTIVE}|\\(?:u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{8}}|.)", re.S)
_DIRECTIVES = regex(rf"^[ \t]*(?:{_DIRECTIVE}[ \t]*)+\n|{_DIRECTIVE}", re.M)
_SHORT = {"n": "\n", "t": "\t", "r": "\r"}


def _quoted(node: Any, source: Source) -> Text:
    raw = source.of(node)[1:-1]
    value, span_map = decoded(raw, source.at(node.start_byte) + 1, _ODD, _meant)
    return Text(value, lambda: (span_map, _escaped))


def _meant(written: str) -> str:
    """What an escape stands for; a placeholder stays, a directive goes."""
    if written[0] != "\\":
        return written if written[0] == "$" else ""
    code = written[2:]
    return chr(int(code, 16)) if code and int(code, 16) < 0x110000 else _SHORT.get(written[1], written[1])


def _escaped(text: str, old: str) -> str | None:
    if "%{" in old:
        return None
    parts = re.split(f"({_INTERPOLATION})", text)
    for k in range(0, len(parts), 2):
        parts[k] = parts[k].replace("\\", "\\\\").replace('"', '\\"')
        parts[k] = parts[k].replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return "".join(parts)


def _heredoc(node: Any, source: Source) -> Text:
    """The lines without the indentation that they share; where it counts (`<<`), it is blanks before a query's lines."""
    opening, _, rest = source.of(node).partition("\n")
    block = rest[: rest.rfind("\n") + 1]
    blanks = [line[: len(line) - len(line.lstrip(" \t"))] for line in block.split("\n") if line.strip()]
    indent = min(blanks, key=len, default="")
    lines, outer = dedented(block, source.at(node.start_byte) + len(opening) + 1, len(indent))
    value, inner = decoded(lines, 0, _DIRECTIVES, lambda _: "")
    write = indented(indent)
    span_map = inner.within(outer) if len(value) < len(lines) else outer
    return Text(value, lambda: (span_map, lambda text, old: None if "%{" in old else write(text, old)))
