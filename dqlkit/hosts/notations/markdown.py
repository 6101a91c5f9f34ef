"""Queries in fenced blocks of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dqlkit.frozen import replace
from dqlkit.hosts.clear import begins_query, clear_language, may_hold
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded, SpanMap, dedented, indented, unled
from dqlkit.hosts.kind import query
from dqlkit.hosts.located import Node, Text, strings, within
from dqlkit.hosts.notation import Looked, by_ending, notation
from dqlkit.hosts.notations import shell
from dqlkit.hosts.notations.query_text import PARTS, several
from dqlkit.languages.language import Part
from dqlkit.regex import regex

__all__ = ["find", "markdown"]

_FENCE = regex(
    r"^\ufeff?(?P<quote>(?:[ \t]{0,3}>[ \t]?)*)(?P<indent>[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(?P<fence>`{3,}|~{3,})"
    r"[ \t]*\{?\.?(?P<language>[a-z0-9+#]*)(?P<more>[-\w]*)[^\n`]*\n",
    re.M | re.I,
)
#: What is written of examples that are to show a mistake.
_BAD = (
    r"(?:bad|wrong|incorrect|invalid|don['’]?t|do not|never|avoid|not recommended|anti-?pattern|mistake)\b|[❌🚫⛔✗✘]"
)
_BAD_COMMENT = regex(rf"(?://|#|/\*)[^\w\n]*?(?:{_BAD})", re.I)
_BAD_LINE = regex(rf"[\W\d]*?(?:{_BAD})", re.I)
#: Languages of fences in which documents are written, and the endings of files that are read as they are.
_DOCUMENTS = {
    "json": ".json",
    "jsonc": ".json",
    "json5": ".json",
    "yaml": ".yaml",
    "yml": ".yaml",
    "hcl": ".tf",
    "terraform": ".tf",
    "tf": ".tf",
}
#: Those of command lines, and of text that may be one.
_SHELLS = ("bash", "sh", "shell", "zsh", "console", "cmd", "bat", "batch", "powershell", "pwsh", "ps1", "fish")
_ANY = (
    "",
    "text",
    "txt",
    "plain",
    "plaintext",
    "sql",
    "kql",
    "kusto",
    "splunk",
    "promql",
    "dynatrace",
    "code",
    "query",
)


@notation("Markdown", endings=(".md", ".markdown"))
def markdown(text: str, thorough: bool) -> Looked:
    """The queries of its fenced blocks."""
    return Looked(tuple(find(text)))


def find(text: str) -> list[Embedded]:
    """The queries of blocks that say they hold some, and of others that clearly do.

    Marks of quotation and the indentation of the fence are no part of a query; a fence may stand behind the mark of a list.
    """
    found: list[Embedded] = []
    at, heading = 0, ""
    while (opening := _FENCE.search(text, at)) is not None:
        prose = text[at : opening.start()].rstrip().split("\n")
        heading = next((line for line in reversed(prose) if line.startswith("#")), heading)
        end, at = _end(text, opening)
        if may_hold(text[opening.end() : end]) or _says(opening["language"].lower()):
            queries = _block(_body(text, opening, end), opening["language"].lower(), opening["more"])
            announced = _BAD_LINE.match(prose[-1]) or _BAD_LINE.match(heading)
            found += [_mistaken(one) if announced or _BAD_COMMENT.search(one.text) else one for one in queries]
    return found


def _mistaken(embedded: Embedded) -> Embedded:
    """A query that a comment, the line before its block, or the heading above, calls a mistake."""
    return replace(embedded, document=replace(embedded.document, mistake=True))


def _says(language: str) -> bool:
    """Whether a fence says that it holds queries or pieces of them, by the ending of files that do."""
    return f".{language}" in PARTS


def _end(text: str, opening: re.Match[str]) -> tuple[int, int]:
    """Where the block ends, and where to go on: at its closing fence, or where its quotation ends."""
    fence = opening["fence"]
    closing = re.compile(rf"^[ \t>]*{re.escape(fence)}{fence[0]}*[ \t\r]*$", re.M).search(text, opening.end())
    end, after = (closing.start(), closing.end()) if closing else (len(text), len(text))
    if ">" in opening["quote"]:
        deep = opening["quote"].count(">")
        unquoted = re.compile(rf"^(?!(?:[ \t]{{0,3}}>[ \t]?){{{deep}}})", re.M).search(text, opening.end())
        if unquoted and unquoted.start() < end:
            return unquoted.start(), unquoted.start()
    return end, after


def _body(text: str, opening: re.Match[str], end: int) -> Text:
    start, quote = opening.end(), opening["quote"]
    raw = text[start:end].rstrip("\r\n") if ">" not in quote else re.sub(r"[\r\n]+[ \t>]*\Z", "", text[start:end])
    indent, lead = len(opening["indent"]), quote + re.sub(r"[^\s]", " ", opening["indent"])
    if ">" not in quote:
        value, span_map = dedented(raw, start, indent + len(quote))
        return Text(value, lambda: (span_map, indented(lead)))
    marks = re.compile(rf"(?:[ \t]{{0,3}}>[ \t]?){{0,{quote.count('>')}}}[ \t]{{0,{indent}}}")
    value, span_map = unled(raw, start, lambda line: len(marks.match(line)[0]))  # type: ignore[index]
    return Text(value, lambda: (span_map, lambda new, old: new.replace("\n", "\n" + lead)))


def _block(body: Text, language: str, more: str) -> list[Embedded]:
    """The queries of a block, by the language that its fence names."""
    if _says(language):
        named, part = PARTS[f".{language}"]
        return list(_marked(body, named, part, more))
    if language in _DOCUMENTS:
        return _as_markdown(_document(body, _DOCUMENTS[language])) or _clear(body)
    if language in _SHELLS:
        return _as_markdown(within(shell.find(body.value), body, ""))
    return (_clear(body) or _command_lines(body)) if language in _ANY else []


def _marked(body: Text, language: str, part: Part, more: str) -> Iterator[Embedded]:
    """A block that says it holds queries. What begins with no source is a piece of a query, its stages; other kinds of
    blocks (`dql-snippet`) are taken where they show what they begin with."""
    text, span_map = body.value, body.map
    title = re.match(r"(?:[ \t]*#[^\n]*\n|[ \t]*\n)+(?=\S)", text)
    if title and begins_query(text[title.end() :]):
        span_map, text = SpanMap(tuple(span_map.cut(title.end(), len(text)))), text[title.end() :]
    whole = begins_query(text)
    if text.strip() and (not more or whole or text.lstrip().startswith("|")):
        part = "stages" if part == "query" and language == "dql" and not whole else part
        document = Document("markdown")
        yield from several(Embedded(text, span_map, language, part, "markdown", "", document, body.encode))


def _clear(body: Text) -> list[Embedded]:
    language = clear_language(body.value)
    found = query(body, "markdown", "", Document("markdown"), language=language) if language else iter(())
    return [one for whole in found for one in several(whole)]


def _command_lines(body: Text) -> list[Embedded]:
    is_command = re.search(r"\b(?:dtctl|dqlkit|curl)\b", body.value)
    return _as_markdown(within(shell.find(body.value), body, "")) if is_command else []


def _document(body: Text, ending: str) -> Iterator[Embedded]:
    """The queries of a document, or of a piece of one: texts that clearly are queries."""
    yield from within(by_ending()[ending].look(body.value, False).queries or _texts(body.value, ending), body, "")


def _texts(text: str, ending: str) -> Iterator[Embedded]:
    for at, found in strings(_root(text, ending)):
        language = clear_language(found.value)
        if language:
            yield from query(found, "markdown", at, Document("markdown"), language=language)


def _root(text: str, ending: str) -> Node:
    from dqlkit.hosts.json_text import Unreadable, read_json
    from dqlkit.hosts.yaml_text import read_yaml

    if ending == ".yaml":
        return read_yaml(text)[0]
    try:
        return read_json(text) if ending == ".json" else None
    except Unreadable:
        return None


def _as_markdown(found: Iterator[Embedded]) -> list[Embedded]:
    """What stands in a block is shown, wherever else it would run."""
    return [replace(one, context="markdown", document=Document("markdown")) for one in found]
