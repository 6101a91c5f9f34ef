"""XML inside of a text: the element that starts at a position, and where it ends.

A small reader of its own: elements, attributes, text, CDATA, comments and processing instructions, the five entities of
XML and those by number. Document types are skipped without being read, so nothing in a text can define anything.
"""

from __future__ import annotations

import re

from dqlkit.frozen import field, mutable
from dqlkit.regex import regex

__all__ = ["Element", "read_xml"]

_DEEPEST = 64
#: Told by the ASCII characters that may not stand there: a class of all others would take long to compile.
_NAME = r"[^\x00-9;-@\[-^`{-\x7f][^\x00-,/;-@\[-^`{-\x7f]*"
_TAG = regex(rf"<({_NAME})((?:\s+{_NAME}\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*(/?)>")
_CLOSE = regex(rf"</({_NAME})\s*>")
_ATTRIBUTE = regex(rf"({_NAME})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_SKIPPED = regex(r"<!--(?:[^-]|-(?!-))*-->|<\?[^?]*(?:\?(?!>)[^?]*)*\?>|<!DOCTYPE[^<>\[]*>|\s+")
_CDATA = regex(r"<!\[CDATA\[([^\]]*(?:\](?!\]>)[^\]]*)*)\]\]>")
_TEXT = regex(r"[^<]+")
_ENTITY = regex(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


@mutable
class Element:
    """An element; `text` is all text directly in it, blanks at its ends left out."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def find(self, name: str) -> Element | None:
        """The first element of that name, this one included, in the order of the text."""
        stack = [self]
        while stack:
            element = stack.pop()
            if element.name == name:
                return element
            stack += reversed(element.children)
        return None


def read_xml(text: str, at: int, longest: int) -> tuple[Element, int] | None:
    """The element that starts at `at`, behind a declaration and comments, and its end; None where there is none."""
    limit = min(len(text), at + longest)
    at = _skip(text, at, limit)
    open_: list[Element] = []
    while at < limit:
        tag = _TAG.match(text, at, limit)
        if tag:
            element = Element(tag[1], _attributes(tag[2]))
            if open_:
                open_[-1].children.append(element)
            at = tag.end()
            if not tag[3]:
                open_.append(element)
            elif not open_:
                return element, at
            if len(open_) > _DEEPEST:
                return None
            continue
        if not open_:
            return None
        close = _CLOSE.match(text, at, limit)
        if close:
            element = open_.pop()
            if close[1] != element.name:
                return None
            element.text = element.text.strip()
            at = close.end()
            if not open_:
                return element, at
            continue
        after = _content(text, at, limit, open_[-1])
        if after == at:
            return None
        at = after
    return None


def _skip(text: str, at: int, limit: int) -> int:
    while found := _SKIPPED.match(text, at, limit):
        at = found.end()
    return at


def _content(text: str, at: int, limit: int, element: Element) -> int:
    """Read text, CDATA or what is skipped inside an element."""
    if cdata := _CDATA.match(text, at, limit):
        element.text += cdata[1]
        return cdata.end()
    if plain := _TEXT.match(text, at, limit):
        element.text += _decoded(plain.group())
        return plain.end()
    skipped = _SKIPPED.match(text, at, limit)
    return skipped.end() if skipped else at


def _attributes(text: str) -> dict[str, str]:
    return {found[1]: _decoded(found[2] or found[3] or "") for found in _ATTRIBUTE.finditer(text)}


def _decoded(text: str) -> str:
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return _ENTITIES[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
