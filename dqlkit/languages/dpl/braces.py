"""Binds the braces of a matcher, which hold a pattern, members of JSON, a list of texts, or one matcher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from dqlkit.frozen import replace
from dqlkit.languages.dpl import matchers, tree
from dqlkit.languages.dpl.matchers.documents import ByNode, Document, Member, each, whole_text
from dqlkit.languages.dpl.matchers.matcher import Inner, Request
from dqlkit.languages.dpl.names import is_flat, says_flat
from dqlkit.languages.dpl.program import Node, Tail
from dqlkit.languages.dpl.tree import Element, Setting
from dqlkit.types.kinds import ANY, Array, Type

if TYPE_CHECKING:
    from dqlkit.languages.dpl.bind import Binder

__all__ = ["Braces", "mark_of"]


def mark_of(element: Element) -> str:
    """The sign of a quantifier that is one, `*` or `+`."""
    return element.quantifier.mark if element.quantifier else ""


class Braces:
    """Binds braces. Each method completes a matcher's request, or returns None where nothing can be made of it."""

    def __init__(self, binder: Binder) -> None:
        self.binder = binder

    def complete(self, kind: Inner, element: Element, request: Request) -> Request | None:
        return _KINDS[kind](self, element, request)

    def none(self, element: Element, what: str) -> None:
        if element.inner is None:
            return
        if not element.inner.sequences:
            message = "expected the least and the most number in the braces, found nothing"
            self.binder.report(element.inner, message, "Write `{2}`, `{1,5}`, `{1,}` or `{,5}`.")
        else:
            self.binder.report(element.inner, f"expected no matchers in braces for {what}", "Remove them.")

    def nothing(self, element: Element, request: Request) -> Request:
        return request

    def pattern(self, element: Element, request: Request) -> Request | None:
        """A pattern with exports of its own."""
        inner = element.inner
        assert inner is not None
        if not inner.sequences:
            self.binder.report(inner, "expected a matcher in the braces, found nothing")
            return None
        matcher = matchers.find(element.atom.name) if isinstance(element.atom, tree.Matcher) else None
        names = self.binder.names.of(inner)
        for needed in matcher.needs_names if matcher else ():
            if not any(fnmatchcase(name, needed) for name in names):
                self.binder.report(inner, f"expected an export `{needed.rstrip('*')}` in the braces, found none")
        types: dict[str, Type] = {}

        def make(tail: Tail) -> Node:
            node, found = self.binder.scoped(inner, tail, names)
            types.update(found)
            return node

        return replace(request, inner=make, names=types)

    def entries(self, element: Element, request: Request) -> Request | None:
        """`'text'=number, …`"""
        inner = element.inner
        assert inner is not None
        entries: dict[str, int] = {}
        items = [item for sequence in inner.sequences for item in sequence.elements]
        for item in items:
            if not isinstance(item, Setting) or item.name is None or not item.name.quoted:
                self.binder.report(item, "expected `'text'=number` in the braces")
            elif type(item.value) is not int:
                self.binder.report(item, f"expected a whole number for `'{item.name.name}'`")
            elif item.name.name in entries:
                self.binder.report(item, f"expected a new text, found `'{item.name.name}'` again", "Keep one.")
            else:
                entries[item.name.name] = item.value
        if not items:
            self.binder.report(inner, "expected `'text'=number` in the braces, found nothing")
        return replace(request, entries=entries)

    def type(self, element: Element, request: Request) -> Request | None:
        """One matcher, or none."""
        inner = element.inner
        if inner is None or not inner.sequences:
            return request
        items = inner.sequences[0].elements
        if len(items) != 1 or len(inner.sequences) != 1 or not isinstance(items[0], Element):
            self.binder.report(inner, "expected one matcher in the braces")
            return None
        return replace(request, members=(self._member(items[0], "", ""),))

    def members(self, element: Element, request: Request) -> Request | None:
        """`MATCHER:name, …`"""
        inner = element.inner
        if inner is None or not inner.sequences:
            if is_flat(element):
                self.binder.report(element, "expected the members in braces, since `flat` makes fields of them")
            return request
        members = []
        for item in inner.sequences[0].elements if len(inner.sequences) == 1 else [None]:
            if not isinstance(item, Element) or not item.exports:
                message = "expected members in the braces: matchers with names, and commas between them"
                self.binder.report(item or inner, message, "Write `JSON{ STRING:name, INT:age }`.")
                continue
            dropped = len(item.exports) > 1 and item.exports[1].name == "null" and not item.exports[1].quoted
            members.append(self._member(item, item.exports[0].name, "" if dropped else item.exports[-1].name))
        if is_flat(element):
            self.binder.types |= {name: kind for member in members for name, kind in member.exports.items()}
        return replace(request, members=tuple(members))

    def _member(self, element: Element, name: str, export: str) -> Member:
        """How a JSON value becomes one of this matcher."""
        plain = replace(element, exports=[tree.Name(element.start, element.end, "value")], dimensions=0, optional=False)
        plain.configuration = [setting for setting in element.configuration if not says_flat(setting)]
        if element.quantifier is not None and element.quantifier.mark:
            plain.quantifier = None
        outer, self.binder.types = self.binder.types, {}
        node = self.binder.element(plain, None)
        kind = self.binder.types.get("value", ANY)
        self.binder.types = outer
        atom = matchers.find(element.atom.name) if isinstance(element.atom, tree.Matcher) else None
        convert = node.convert if isinstance(node, Document) else ByNode(node)
        if atom is not None and atom.whole_text:
            convert = whole_text
        for _ in range(element.dimensions):
            convert, kind = each(convert), Array(kind)
        return Member(name, export, kind, convert, mark_of(element) == "+", is_flat(element) and not element.dimensions)


_KINDS: Mapping[Inner, Callable[[Braces, Element, Request], Request | None]] = {
    "": Braces.nothing,
    "pattern": Braces.pattern,
    "entries": Braces.entries,
    "type": Braces.type,
    "members": Braces.members,
}
