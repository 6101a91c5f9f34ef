"""Binds patterns: makes programs of syntax trees, and reports what is wrong with them.

Sequences are bound from their end, because a lazy matcher has to know what follows it. The diagnostics are in the order
of the text all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, error, warning
from dqlkit.frozen import field, mutable, replace
from dqlkit.languages.dpl import matchers, tree
from dqlkit.languages.dpl.braces import Braces, mark_of
from dqlkit.languages.dpl.characters import read_characters
from dqlkit.languages.dpl.composites import Look, OneOf, Record, Repeat, Row, Worth
from dqlkit.languages.dpl.composites import Option as Maybe
from dqlkit.languages.dpl.elements import CODE
from dqlkit.languages.dpl.matchers.matcher import Matcher, Option, Quantity, Request
from dqlkit.languages.dpl.names import Names, is_flat
from dqlkit.languages.dpl.program import Characters, Literal, Node, Tail
from dqlkit.languages.dpl.settings import Settings, nearest
from dqlkit.languages.dpl.tree import Element, Group, Sequence, Setting
from dqlkit.languages.syntax.tree import Node as SyntaxNode
from dqlkit.languages.syntax.tree import Parsed
from dqlkit.types.kinds import ANY, STRING, Type, join
from dqlkit.types.kinds import Record as RecordType
from dqlkit.types.values import type_of

__all__ = ["Binder", "Bound", "bind"]

_MOST_ELEMENTS = 2000
_DEEPEST = 50
_GROUP_OPTIONS = {name: Option(name, name, (str,), "") for name in ("charset", "locale")}
_ONCE = Quantity(1, 1)


@mutable
class Bound:
    """`root` is the program, None where the pattern is wrong; `names` are the exports in order, with their types."""

    root: Node | None
    names: Mapping[str, Type]
    diagnostics: list[Diagnostic]


def bind(parsed: Parsed) -> Bound:
    """The program of a parsed pattern, and all diagnostics, syntax errors included."""
    binder = Binder(list(parsed.diagnostics), parsed.text)
    assert isinstance(parsed.tree, tree.Pattern)
    if _is_deep(parsed.tree):
        binder.too_large(parsed.tree.body)
        return Bound(None, {}, binder.diagnostics)
    root = binder.pattern(parsed.tree)
    diagnostics = sorted(dict.fromkeys(binder.diagnostics), key=lambda diagnostic: diagnostic.span)
    failed = any(diagnostic.severity == "error" for diagnostic in diagnostics)
    return Bound(None if failed else root, binder.types_of(binder.names.of(parsed.tree.body)), diagnostics)


@mutable(slots=False)
class Binder:
    """Binds one pattern. `types` are those of the exports of the scope that is bound."""

    diagnostics: list[Diagnostic]
    text: str
    types: dict[str, Type] = field(default_factory=dict)
    macros: dict[str, Group] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    depth: int = 0
    count: int = 0

    def __post_init__(self) -> None:
        self.names = Names(self.macros, self.report)
        self.settings = Settings(self.report)
        self.braces = Braces(self)

    def report(self, node: SyntaxNode | Span, message: str, help: str = "", fix: Fix | None = None) -> None:
        span = node if isinstance(node, Span) else node.span
        self.diagnostics.append(error(CODE, span, message, help=help, fix=fix))

    def types_of(self, names: Iterable[str]) -> dict[str, Type]:
        return {name: self.types.get(name, ANY) for name in names}

    # ---- patterns -----------------------------------------------------------------------------------------------

    def pattern(self, pattern: tree.Pattern) -> Node:
        """The program of a pattern."""
        for definition in pattern.definitions:
            if definition.name in self.macros:
                self.report(definition, f"expected a new name, found `${definition.name}` defined again")
            self.names.of(definition.body)
            self.macros[definition.name] = definition.body
        self.names.of(pattern.body)
        root = self.group(pattern.body, None)
        for definition in pattern.definitions:
            if definition.name not in self.used:
                message = f"`${definition.name}` is defined and not used"
                self.diagnostics.append(warning(CODE, definition.span, message, help="Remove it."))
        return root

    def group(self, group: Group, tail: Tail, slot: str = "") -> Node:
        """A sequence, or alternatives."""
        self.depth += 1
        if self.depth > _DEEPEST or self.count > _MOST_ELEMENTS:
            self.depth -= 1
            self.too_large(group)
            return Row([])
        rows = [self.row(sequence, tail) for sequence in group.sequences]
        self.depth -= 1
        if len(rows) == 1:
            rows[0].slot = slot
            return rows[0]
        return OneOf(rows, slot)

    def too_large(self, group: Group) -> None:
        message = f"expected at most {_DEEPEST} levels and {_MOST_ELEMENTS} matchers, found more"
        if not any(diagnostic.message == message for diagnostic in self.diagnostics):
            self.report(group, message, "Split the pattern, or make it simpler.")

    def row(self, sequence: Sequence, tail: Tail) -> Row:
        nodes: list[Node] = []
        prose = self._prose(sequence)
        for item in reversed(sequence.elements):
            if id(item) in prose:
                continue
            if isinstance(item, Setting):
                name = item.name.name if item.name else ""
                self.report(item, f"expected a matcher, found the option `{name}`", "Options stand in parentheses.")
                continue
            node = self.element(item, tail)
            nodes.append(node)
            tail = node, tail
        return Row(nodes[::-1])

    def _prose(self, sequence: Sequence) -> set[int]:
        """The elements that are words of a text without quotes, by identity; one finding for each such text."""
        found: set[int] = set()
        for is_word, run in groupby(sequence.elements, _is_word):
            words = list(run)
            atoms = [word.atom for word in words if isinstance(word, Element)]
            unlike = [atom for atom in atoms if isinstance(atom, tree.Matcher) and not _matcher_like(atom.name)]
            if not is_word or len(words) < 2 or not unlike:
                continue
            span = Span(words[0].start, words[-1].end)
            for fault in self.diagnostics:  # of signs that are part of the text
                if span.end <= fault.span.start and not self.text[span.end : fault.span.start].strip():
                    span = Span(span.start, fault.span.end)
            self.diagnostics = [one for one in self.diagnostics if not span.start <= one.span.start < span.end]
            edits = Edit(Span(span.start, span.start), "'"), Edit(Span(span.end, span.end), "'")
            help = "A text that stands as it is needs quotes."
            self.report(span, "expected matchers, found a text", help, Fix("put it in quotes", edits, safe=False))
            found |= set(map(id, words))
        return found

    def separated(self, sequence: Sequence, separator: Node, tail: Tail) -> Row:
        """Elements with a separator between any two. One that is left out may leave its separator out with it."""
        elements = [item for item in sequence.elements if isinstance(item, Element)]
        required = [k for k, item in enumerate(elements) if not _optional(item)]
        last = required[-1] if required else 0
        nodes: list[Node] = []

        def add(node: Node) -> None:
            nonlocal tail
            nodes.append(node)
            tail = node, tail

        for k in range(len(elements) - 1, -1, -1):
            item = elements[k]
            if k == last:
                add(self.element(item, tail))
                continue
            behind = k < last  # the separator comes behind the element, else before it
            if behind and not _optional(item):
                add(separator)
                add(self.element(item, tail))
                continue
            plain = replace(item, optional=False, quantifier=None if mark_of(item) == "*" else item.quantifier)
            node = self.element(plain, (separator, tail) if behind else tail)
            add(OneOf([Row([node, separator] if behind else [separator, node]), separator, Row([])]))
        return Row(nodes[::-1])

    # ---- elements -----------------------------------------------------------------------------------------------

    def element(self, element: Element, tail: Tail) -> Node:
        """An element with all its modifiers. What is exported of one with a value in `<…>` is that value [inferred: from
        `('t' <true>:f) | ('f' <false>:f)`, which makes a boolean]."""
        self.count += 1
        self._check_exports(element)
        slot = element.exports[0].name if element.exports and not is_flat(element) else ""
        inner_tail = None if element.lookaround else tail
        worth = element.meta if slot else None
        made = _ATOMS[type(element.atom)](self, element, inner_tail, "" if worth else slot)
        node: Node
        node, kind = made if isinstance(made, tuple) else (made, STRING)
        if worth is not None:
            node, kind = Worth(node, worth.value, slot), type_of(worth.value)
        if slot:
            self.types[slot] = join(self.types[slot], kind) if slot in self.types else kind
        if element.optional and not node.is_lazy:
            node = Maybe(node)
        if element.lookaround:
            node = Look(node, element.lookaround.endswith("<<"), not element.lookaround.startswith("!"))
        return node

    def _check_exports(self, element: Element) -> None:
        if len(element.exports) > 1:
            self.report(element.exports[1], "expected one name, found a second one", "Only members of `JSON` have two.")
        if element.dimensions:
            self.report(element, "expected no `[]` here", "Only members of `JSON` may be arrays.")

    def bad(self, element: Element, tail: Tail, slot: str) -> Node:
        return Row([])

    def literal(self, element: Element, tail: Tail, slot: str) -> Node:
        atom = element.atom
        assert isinstance(atom, tree.Literal)
        self.braces.none(element, "a text")
        self.settings.options(element, _GROUP_OPTIONS, "a text")
        least, most = self.settings.quantity(element, _ONCE, "a text")
        return Literal(atom.value, least, most, slot)

    def characters(self, element: Element, tail: Tail, slot: str) -> Node:
        atom = element.atom
        assert isinstance(atom, tree.Characters)
        self.braces.none(element, "a group of characters")
        self.settings.options(element, _GROUP_OPTIONS, "a group of characters")
        characters, faults = read_characters(atom.text)
        for start, end, message in faults:
            self.report(Span(atom.start + 1 + start, atom.start + 1 + end), message)
        least, most = self.settings.quantity(element, _ONCE, "a group of characters")
        return Characters(characters, least, most, slot)

    def grouped(self, element: Element, tail: Tail, slot: str) -> Node:
        atom = element.atom
        assert isinstance(atom, Group)
        self.braces.none(element, "a group")
        separator = self._separator(element)
        if separator is not None and len(atom.sequences) == 1:
            node: Node = self.separated(atom.sequences[0], separator, tail)
            node.slot = slot
        else:
            node = self.group(atom, tail, slot)
        if element.quantifier is None:
            return node
        least, most = self.settings.quantity(element, Quantity(1, 1), "a group")
        node.slot = ""
        return Repeat(node, least, most, slot)

    def _separator(self, element: Element) -> Node | None:
        found: Node | None = None
        for setting in element.configuration:
            name = setting.name.name.lower() if setting.name else ""
            if name != "fs":
                continue
            if found is not None:
                self.report(setting, "expected `fs` once, found it again", "Keep one.")
            if setting.inner is not None:
                found = self.group(setting.inner, None)
            elif isinstance(setting.value, str):
                found = Literal(setting.value)
            else:
                self.report(setting, "expected a text or a matcher in braces for `fs`")
        rest = [s for s in element.configuration if not s.name or s.name.name.lower() != "fs"]
        self.settings.options(replace(element, configuration=rest), _GROUP_OPTIONS, "a group", extra=("fs",))
        return found

    def macro(self, element: Element, tail: Tail, slot: str) -> Any:
        """The pattern of a macro. An exported macro yields a record of its exports, or its text where it has none."""
        atom = element.atom
        assert isinstance(atom, tree.Macro)
        body = self.macros.get(atom.name)
        if body is None:
            guess = nearest(atom.name, self.macros)
            help = f"Did the pattern mean `${guess}`?" if guess else f"Define it first: `${atom.name} = … ;`"
            self.report(atom, f"expected a macro that is defined, found `${atom.name}`", help)
            return Row([])
        self.used.add(atom.name)
        self.braces.none(element, "a macro")
        self.settings.quantity(element, None, "a macro")
        names = self.names.of(body)
        if not slot or not names:
            return self.group(body, tail, slot)
        node, types = self.scoped(body, tail, names)
        return Record(node, names, slot), RecordType(types.items())

    def scoped(self, group: Group, tail: Tail, names: Iterable[str]) -> tuple[Node, dict[str, Type]]:
        """A group whose exports are not those of the pattern."""
        outer, self.types = self.types, {}
        node = self.group(group, tail)
        types = self.types_of(names)
        self.types = outer
        return node, types

    # ---- matchers -----------------------------------------------------------------------------------------------

    def matcher(self, element: Element, tail: Tail, slot: str) -> Any:
        atom = element.atom
        assert isinstance(atom, tree.Matcher)
        matcher = matchers.find(atom.name)
        if matcher is None:
            self._unknown(atom)
            return Row([])
        if slot and matcher.exports is None:
            self.report(element.exports[0], f"expected no name, since `{matcher.name}` has no value")
        if not slot and matcher.needs_export:
            help = f"Write `{matcher.name}{{…}}:name`."
            self.report(atom, f"expected a name for the value of `{matcher.name}`", help)
        what = f"`{matcher.name}`"
        options = self.settings.options(element, matcher.options, what, matcher)
        least, most = self.settings.quantity(element, matcher.quantity, what, matcher.exports is not None)
        if not matcher.inner:
            self.braces.none(element, what)
        elif element.inner is None and matcher.needs_inner:
            self.report(atom, f"expected what {what} is made of in braces, found none")
            return Row([])
        request = Request(element, options, least, most, tail, slot, element.optional, written=atom.name.upper())
        made = self._made(matcher, self.braces.complete(matcher.inner, element, request), options)
        if element.quantifier is not None and element.quantifier.mark == "*" and matcher.quantity is None:
            made = (Maybe(made[0]), made[1])
        return made

    def _made(self, matcher: Matcher, request: Request | None, options: Mapping[str, Any]) -> tuple[Node, Type]:
        kind = matcher.exports or STRING
        if request is None:
            return Row([]), kind
        if not matcher.special:
            return matcher.scan(options, request.least, request.most, request.slot), kind
        made = matcher.make(request)
        return made if isinstance(made, tuple) else (made, kind)

    def _unknown(self, atom: tree.Matcher) -> None:
        guess = _matcher_like(atom.name)
        fix = Fix(f"write `{guess}`", (Edit(atom.span, guess),), safe=False) if guess else None
        help = f"Did the pattern mean `{guess}`?" if guess else "A text that stands as it is needs quotes."
        self.report(atom, f"expected a matcher, found `{atom.name}`", help, fix)


_ATOMS: Mapping[type, Any] = {
    tree.Bad: Binder.bad,
    tree.Literal: Binder.literal,
    tree.Characters: Binder.characters,
    tree.Group: Binder.grouped,
    tree.Macro: Binder.macro,
    tree.Matcher: Binder.matcher,
}


def _matcher_like(name: str) -> str:
    """The matcher that a name was probably meant to be, or nothing."""
    return nearest(name.upper(), matchers.matchers())


def _is_word(item: Element | Setting) -> bool:
    """Whether an element is a name that no matcher has, or what could not be read, and nothing besides."""
    if not isinstance(item, Element) or item.end != item.atom.end:
        return False
    unknown = isinstance(item.atom, tree.Matcher) and matchers.find(item.atom.name) is None
    return unknown or isinstance(item.atom, tree.Bad)


def _is_deep(pattern: SyntaxNode) -> bool:
    """Whether a tree is nested deeper than can be bound; an element and its group are two levels of it."""
    stack = [(pattern, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > 4 * _DEEPEST:
            return True
        stack += [(child, depth + 1) for child in node.children()]
    return False


def _optional(element: Element) -> bool:
    """Whether an element may be left out: a number by `*`, whatever has a `?`."""
    matcher = matchers.find(element.atom.name) if isinstance(element.atom, tree.Matcher) else None
    uncounted = matcher is not None and matcher.quantity is None
    return element.optional or (uncounted and mark_of(element) == "*")
