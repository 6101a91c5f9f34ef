"""The names that a pattern exports, in order, and those it exports twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dqlkit.languages.dpl import matchers
from dqlkit.languages.dpl.tree import Element, Group, Macro, Matcher, Name, Sequence, Setting

__all__ = ["Names", "is_flat", "says_flat"]


class Names:
    """Finds the names of groups. Macros are looked up in `macros`, which may still grow."""

    def __init__(self, macros: Mapping[str, Group], report: Callable[..., None]) -> None:
        self.macros, self.report = macros, report
        self._found: dict[int, tuple[Group, dict[str, Name]]] = {}

    def of(self, group: Group) -> dict[str, Name]:
        """The names of a group. Alternatives may share a name, elements of one sequence may not."""
        known = self._found.get(id(group))
        if known is None:
            found: dict[str, Name] = {}
            for sequence in group.sequences:
                found |= {name: node for name, node in self._sequence(sequence).items() if name not in found}
            known = self._found[id(group)] = group, found
        return known[1]

    def _sequence(self, sequence: Sequence) -> dict[str, Name]:
        found: dict[str, Name] = {}
        for element in sequence.elements:
            for name, node in self._element(element).items() if isinstance(element, Element) else ():
                if name in found:
                    message = f"expected a new name, found `{name}` again"
                    self.report(node, message, "Two matchers of one sequence cannot have one name.")
                found[name] = node
        return found

    def _element(self, element: Element) -> dict[str, Name]:
        own = {name.name: name for name in element.exports[:1]}
        if isinstance(element.atom, Group):
            return self._joined(self.of(element.atom), own)
        if isinstance(element.atom, Macro):
            body = self.macros.get(element.atom.name)
            if body is None or own:
                return own
            return {name: Name(element.start, element.end, name) for name in self.of(body)}
        if isinstance(element.atom, Matcher) and element.inner is not None:
            self._inside(element.atom, element.inner)
            if is_flat(element):
                return self._flat(element, element.inner)
        return own

    def _joined(self, inner: dict[str, Name], own: dict[str, Name]) -> dict[str, Name]:
        for name, node in own.items():
            if name in inner:
                self.report(node, f"expected a new name, found `{name}` again")
        return inner | own

    def _inside(self, atom: Matcher, inner: Group) -> None:
        """Look for names given twice in a scope of its own."""
        matcher = matchers.find(atom.name)
        if matcher is not None and matcher.inner == "members":
            self._members(inner)
        elif matcher is not None and matcher.inner == "pattern":
            self.of(inner)

    def _flat(self, element: Element, inner: Group) -> dict[str, Name]:
        """The members that take the place of an object, and the name for the others."""
        rest = (one for one in element.configuration if one.name is not None and one.name.name.lower() == "greedy")
        named = {one.value: Name(*one.span, one.value, True) for one in rest if isinstance(one.value, str)}
        return self._joined(self._members(inner), named)

    def _members(self, inner: Group) -> dict[str, Name]:
        found: dict[str, Name] = {}
        for element in inner.sequences[0].elements if inner.sequences else ():
            if isinstance(element, Element) and element.exports:
                name = element.exports[-1]
                if len(element.exports) > 1 and name.name == "null" and not name.quoted:
                    continue
                nested = element.inner if is_flat(element) and not element.dimensions else None
                for made, node in (self._flat(element, nested) if nested else {name.name: name}).items():
                    if made in found:
                        self.report(node, f"expected a new name, found `{made}` again")
                    found[made] = node
        return found


def is_flat(element: Element) -> bool:
    """Whether the configuration of a `JSON` makes fields of its members."""
    return any(says_flat(setting) for setting in element.configuration)


def says_flat(setting: Setting) -> bool:
    return setting.name is not None and setting.name.name.lower() == "flat" and setting.value is True
