"""Queries in command lines: quoted words, here documents, bodies of requests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dqlkit.frozen import replace
from dqlkit.hosts.clear import begins_query, clear_language
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded, SpanMap, decoded
from dqlkit.hosts.located import Text, within
from dqlkit.hosts.notation import Looked, by_ending, notation
from dqlkit.hosts.notations.query_text import several
from dqlkit.regex import regex

__all__ = ["find", "shell"]

_WORD = regex(
    r"""(?:(?<=\s)|^)(?:\#|::\s|REM\s)[^\n]*
      | <<(?P<tabs>-?)[ \t]*(?P<mark>["']?)(?P<name>\w+)(?P=mark)(?P<rest>[^\n]*)\n
        (?P<here>(?s:.*?))^(?P<end>[ \t]*(?P=name)[ \t\r]*$)
      | @(?P<kind>["'])[ \t]*\r?\n(?P<string>(?s:.*?))\r?\n(?P=kind)@
      | (?<!\w)'(?P<single>[^']*)'
      | "(?P<double>(?>[^"\\]|\\(?s:.))*+)"
      | \\(?s:.)""",
    re.X | re.M,
)
_ESCAPED = regex(r"\\[\"\\$`\n]|\\\r\n")
_COMMAND = regex(r"\b(?:dtctl|dqlkit)\b(?:\\\r?\n|[^\n;&])*?\bquery\b(?:\\\r?\n|[^\n;&])*\Z")


@notation("shell", endings=(".sh", ".bash", ".zsh"), code=True)
def shell(text: str, thorough: bool) -> Looked:
    """The queries of a script."""
    return Looked(tuple(find(text)))


def find(text: str) -> list[Embedded]:
    """The words that are queries: clearly so, or by the command that they are given to."""
    return [one for word in _WORD.finditer(text) for one in _of_word(word, text)]


def _of_word(word: re.Match[str], text: str) -> Iterator[Embedded]:
    for group in ("here", "string", "single", "double"):
        held = word[group]
        if held is not None:
            start = word.start(group)
            exact = group in ("single", "string") or (group == "here" and word["mark"] != "")
            yield from _queries(_exact(held, start) if exact else _escaped(held, start), text[: word.start()])


def _exact(held: str, start: int) -> Text:
    return Text(held, lambda: (SpanMap.verbatim(start, len(held)), _unquoted))


def _escaped(held: str, start: int) -> Text:
    value, span_map = decoded(held, start, _ESCAPED, lambda written: written[1:].strip("\r\n"))
    return Text(value, lambda: (span_map, _quoted))


def _unquoted(text: str, old: str) -> str | None:
    """A line of a command stays one line."""
    return None if "'" in text or ("\n" in text and "\n" not in old) else text


def _quoted(text: str, old: str) -> str | None:
    """Text that the shell substitutes stays as it is; no fix is written where it cannot be told from the query's own
    text."""
    if ("\n" in text and "\n" not in old) or ("$" in text and "\\$" in old) or "`" in text:
        return None
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _queries(held: Text, before: str) -> Iterator[Embedded]:
    value = held.value
    language = clear_language(value)
    if not language and begins_query(value) and _COMMAND.search(before[-1000:]):
        language = "dql"
    if language:
        whole = Embedded(value, held.map, language, "query", "file", "", Document("shell"), held.encode)
        yield from several(whole)
    elif value.lstrip()[:1] in ("{", "["):
        yield from within(by_ending()[".json"].look(value, False).queries, held, "")
    elif "\n" in value:
        found = within(by_ending()[".yaml"].look(value, False).queries, held, "")
        yield from (replace(one, document=Document("shell")) for one in found)
