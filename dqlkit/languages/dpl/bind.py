"""Syntax trees of patterns to programs: what the words mean, and what is wrong with them.

Sequences are bound from their end, because a lazy matcher has to know what follows it. The diagnostics are in the order
of the text all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, error, warning
from dqlkit.languages.dpl import matchers, tree
from dqlkit.languages.dpl.characters import read_characters
from dqlkit.languages.dpl.matchers.documents import Document, Member, by_node, each, whole_text
from dqlkit.languages.dpl.matchers.matcher import ENDLESS, Matcher, Option, Quantity, Request
from dqlkit.languages.dpl.names import Names
from dqlkit.languages.dpl.parse import CODE, ORDER
from dqlkit.languages.dpl.program import Characters, Lazy, Literal, Look, Node, OneOf, Record, Repeat, Row, Tail
from dqlkit.languages.dpl.program import Option as Maybe
from dqlkit.languages.dpl.tree import MANY, Element, Group, Sequence, Setting
from dqlkit.languages.syntax.tree import Parsed
from dqlkit.languages.syntax.tree import Node as SyntaxNode
from dqlkit.types.kinds import ANY, STRING, Array, Type, join
from dqlkit.types.kinds import Record as RecordType

__all__ = ["Bound", "bind"]

_MOST_ELEMENTS = 2000
_DEEPEST = 50
_GROUP_OPTIONS = {name: Option(name, name, (str,), "") for name in ("charset", "locale")}
_ONCE = Quantity(1, 1)


@dataclass(slots=True)
class Bound:
    """`root` is the program, None where the pattern is wrong; `names` are the exports in order, with their types."""

    root: Node | None
    names: Mapping[str, Type]
    diagnostics: list[Diagnostic]


def bind(parsed: Parsed) -> Bound:
    """The meaning of a parsed pattern, and all that is wrong with it; syntax errors are among the diagnostics."""
    binder = _Binder(list(parsed.diagnostics))
    assert isinstance(parsed.tree, tree.Pattern)
    root = binder.pattern(parsed.tree)
    diagnostics = sorted(dict.fromkeys(binder.diagnostics), key=lambda diagnostic: diagnostic.span)
    failed = any(diagnostic.severity == "error" for diagnostic in diagnostics)
    return Bound(None if failed else root, binder.types_of(binder.names.of(parsed.tree.body)), diagnostics)


@dataclass
class _Binder:
    diagnostics: list[Diagnostic]
    types: dict[str, Type] = field(default_factory=dict)
    macros: dict[str, Group] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    depth: int = 0
    count: int = 0

    def __post_init__(self) -> None:
        self.names = Names(self.macros, self.report)

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
            self._too_large(group)
            return Row([])
        rows = [self.row(sequence, tail) for sequence in group.sequences]
        self.depth -= 1
        if len(rows) == 1:
            rows[0].slot = slot
            return rows[0]
        return OneOf(rows, slot)

    def _too_large(self, group: Group) -> None:
        self.depth -= 1
        message = f"expected at most {_DEEPEST} levels and {_MOST_ELEMENTS} matchers, found more"
        if not any(diagnostic.message == message for diagnostic in self.diagnostics):
            self.report(group, message, "Split the pattern, or make it simpler.")

    def row(self, sequence: Sequence, tail: Tail) -> Row:
        nodes: list[Node] = []
        for item in reversed(sequence.elements):
            if isinstance(item, Setting):
                name = item.name.name if item.name else ""
                self.report(item, f"expected a matcher, found the option `{name}`", "Options stand in parentheses.")
                continue
            node = self.element(item, tail)
            nodes.append(node)
            tail = node, tail
        return Row(nodes[::-1])

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
            plain = replace(item, optional=False, quantifier=None if _mark(item) == "*" else item.quantifier)
            node = self.element(plain, (separator, tail) if behind else tail)
            add(OneOf([Row([node, separator] if behind else [separator, node]), separator, Row([])]))
        return Row(nodes[::-1])

    # ---- elements -----------------------------------------------------------------------------------------------

    def element(self, element: Element, tail: Tail) -> Node:
        """An element with all its modifiers."""
        self.count += 1
        self._check_exports(element)
        slot = element.exports[0].name if element.exports else ""
        inner_tail = None if element.lookaround else tail
        made = _ATOMS[type(element.atom)](self, element, inner_tail, slot)
        node, kind = made if isinstance(made, tuple) else (made, STRING)
        if slot:
            self.types[slot] = join(self.types[slot], kind) if slot in self.types else kind
        if element.optional and not isinstance(node, Lazy):
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
        self._no_inner(element, "a text")
        self._options(element, _GROUP_OPTIONS, "a text")
        least, most = self._quantity(element, _ONCE, "a text")
        return Literal(atom.value, least, most, slot)

    def characters(self, element: Element, tail: Tail, slot: str) -> Node:
        atom = element.atom
        assert isinstance(atom, tree.Characters)
        self._no_inner(element, "a group of characters")
        self._options(element, _GROUP_OPTIONS, "a group of characters")
        characters, faults = read_characters(atom.text)
        for start, end, message in faults:
            self.report(Span(atom.start + 1 + start, atom.start + 1 + end), message)
        least, most = self._quantity(element, _ONCE, "a group of characters")
        return Characters(characters, least, most, slot)

    def grouped(self, element: Element, tail: Tail, slot: str) -> Node:
        atom = element.atom
        assert isinstance(atom, Group)
        self._no_inner(element, "a group")
        separator = self._separator(element)
        if separator is not None and len(atom.sequences) == 1:
            node: Node = self.separated(atom.sequences[0], separator, tail)
            node.slot = slot
        else:
            node = self.group(atom, tail, slot)
        if element.quantifier is None:
            return node
        least, most = self._quantity(element, Quantity(1, 1), "a group")
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
        self._options(replace(element, configuration=rest), _GROUP_OPTIONS, "a group", extra=("fs",))
        return found

    def macro(self, element: Element, tail: Tail, slot: str) -> Any:
        """What a macro stands for; exported, a record of its exports, or its text where it has none."""
        atom = element.atom
        assert isinstance(atom, tree.Macro)
        body = self.macros.get(atom.name)
        if body is None:
            guess = _nearest(atom.name, self.macros)
            help = f"Did the pattern mean `${guess}`?" if guess else f"Define it first: `${atom.name} = … ;`"
            self.report(atom, f"expected a macro that is defined, found `${atom.name}`", help)
            return Row([])
        self.used.add(atom.name)
        self._no_inner(element, "a macro")
        self._quantity(element, None, "a macro")
        names = self.names.of(body)
        if not slot or not names:
            return self.group(body, tail, slot)
        node, types = self._scoped(body, tail, names)
        return Record(node, names, slot), RecordType(types.items())

    def _scoped(self, group: Group, tail: Tail, names: Iterable[str]) -> tuple[Node, dict[str, Type]]:
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
            self.report(atom, f"expected a name for the value of `{matcher.name}`", f"Write `{matcher.name}{{…}}:name`.")
        options = self._options(element, matcher.options, f"`{matcher.name}`", matcher)
        least, most = self._quantity(element, matcher.quantity, f"`{matcher.name}`", matcher.exports is not None)
        if not matcher.inner:
            self._no_inner(element, f"`{matcher.name}`")
        elif element.inner is None and matcher.needs_inner:
            self.report(atom, f"expected what `{matcher.name}` is made of in braces, found none")
            return Row([])
        request = Request(element, options, least, most, tail, slot, element.optional)
        made = self._made(matcher, _INNERS[matcher.inner](self, element, request), options)
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
        guess = _nearest(atom.name.upper(), matchers.matchers())
        fix = Fix(f"write `{guess}`", (Edit(atom.span, guess),), safe=False) if guess else None
        help = f"Did the pattern mean `{guess}`?" if guess else "A text that stands as it is needs quotes."
        self.report(atom, f"expected a matcher, found `{atom.name}`", help, fix)

    # ---- what stands in braces ----------------------------------------------------------------------------------

    def _no_inner(self, element: Element, what: str) -> None:
        if element.inner is None:
            return
        if not element.inner.sequences:
            message = "expected the least and the most number in the braces, found nothing"
            self.report(element.inner, message, "Write `{2}`, `{1,5}`, `{1,}` or `{,5}`.")
        else:
            self.report(element.inner, f"expected no matchers in braces for {what}", ORDER)

    def nothing(self, element: Element, request: Request) -> Request:
        return request

    def inner_pattern(self, element: Element, request: Request) -> Request | None:
        """A pattern with exports of its own."""
        inner = element.inner
        assert inner is not None
        if not inner.sequences:
            self.report(inner, "expected a matcher in the braces, found nothing")
            return None
        matcher = matchers.find(element.atom.name) if isinstance(element.atom, tree.Matcher) else None
        names = self.names.of(inner)
        for needed in matcher.needs_names if matcher else ():
            if not any(fnmatchcase(name, needed) for name in names):
                self.report(inner, f"expected an export `{needed.rstrip('*')}` in the braces, found none")
        types: dict[str, Type] = {}

        def make(tail: Tail) -> Node:
            node, found = self._scoped(inner, tail, names)
            types.update(found)
            return node

        return replace(request, inner=make, names=types)

    def inner_entries(self, element: Element, request: Request) -> Request | None:
        """`'text'=number, …`"""
        inner = element.inner
        assert inner is not None
        entries: dict[str, int] = {}
        items = [item for sequence in inner.sequences for item in sequence.elements]
        for item in items:
            if not isinstance(item, Setting) or item.name is None or not item.name.quoted:
                self.report(item, "expected `'text'=number` in the braces")
            elif type(item.value) is not int:
                self.report(item, f"expected a whole number for `'{item.name.name}'`")
            elif item.name.name in entries:
                self.report(item, f"expected a new text, found `'{item.name.name}'` again", "Keep one.")
            else:
                entries[item.name.name] = item.value
        if not items:
            self.report(inner, "expected `'text'=number` in the braces, found nothing")
        return replace(request, entries=entries)

    def inner_type(self, element: Element, request: Request) -> Request | None:
        """One matcher, or none."""
        inner = element.inner
        if inner is None or not inner.sequences:
            return request
        items = inner.sequences[0].elements
        if len(items) != 1 or len(inner.sequences) != 1 or not isinstance(items[0], Element):
            self.report(inner, "expected one matcher in the braces")
            return None
        return replace(request, members=(self._member(items[0], "", ""),))

    def inner_members(self, element: Element, request: Request) -> Request | None:
        """`MATCHER:name, …`"""
        inner = element.inner
        if inner is None or not inner.sequences:
            if any(setting.name and setting.name.name.lower() == "flat" and setting.value for setting in element.configuration):
                self.report(element, "expected the members in braces, since `flat` makes fields of them")
            return request
        members = []
        for item in inner.sequences[0].elements if len(inner.sequences) == 1 else [None]:
            if not isinstance(item, Element) or not item.exports:
                message = "expected members in the braces: matchers with names, and commas between them"
                self.report(item or inner, message, "Write `JSON{ STRING:name, INT:age }`.")
                continue
            dropped = len(item.exports) > 1 and item.exports[1].name == "null" and not item.exports[1].quoted
            members.append(self._member(item, item.exports[0].name, "" if dropped else item.exports[-1].name))
        for setting in element.configuration:
            if setting.name and setting.name.name.lower() == "flat" and setting.value is True:
                self.types |= {member.export: member.kind for member in members if member.export}
        return replace(request, members=tuple(members))

    def _member(self, element: Element, name: str, export: str) -> Member:
        """How a JSON value becomes one of this matcher."""
        plain = replace(element, exports=[tree.Name(element.start, element.end, "value")], dimensions=0, optional=False)
        if element.quantifier is not None and element.quantifier.mark:
            plain.quantifier = None
        outer, self.types = self.types, {}
        node = self.element(plain, None)
        kind = self.types.get("value", ANY)
        self.types = outer
        atom = matchers.find(element.atom.name) if isinstance(element.atom, tree.Matcher) else None
        convert = node.convert if isinstance(node, Document) else by_node(node)
        if atom is not None and atom.whole_text:
            convert = whole_text
        for _ in range(element.dimensions):
            convert, kind = each(convert), Array(kind)
        return Member(name, export, kind, convert, _mark(element) == "+")

    # ---- configuration and quantifiers --------------------------------------------------------------------------

    def _options(
        self,
        element: Element,
        known: Mapping[str, Option],
        what: str,
        matcher: Matcher | None = None,
        extra: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """The options in force; python names, defaults included."""
        given: dict[str, tuple[Setting, Any]] = {}
        for setting in element.configuration:
            option = self._option(setting, known, what, matcher, extra)
            if option is None:
                continue
            if option.python in given:
                self.report(setting, f"expected `{option.name}` once, found it again", "Keep one.")
            elif setting.inner is not None or not option.accepts(setting.value):
                wanted = " or ".join(_TYPE_NAMES[kind] for kind in option.types[:1])
                self.report(setting, f"expected {wanted} for `{option.name}`")
            else:
                given[option.python] = setting, setting.value
        values = {name: given[name][1] if name in given else option.default for name, option in known.items()}
        wrong = matcher.wrong(values) if matcher else None
        if wrong is not None:
            self.report(given[wrong[0]][0] if wrong[0] in given else element, wrong[1])
        return values

    def _option(
        self, setting: Setting, known: Mapping[str, Option], what: str, matcher: Matcher | None, extra: tuple[str, ...]
    ) -> Option | None:
        if setting.name is None:
            if matcher is not None and matcher.default:
                return known[matcher.default]
            self.report(setting, f"expected `option=value` for {what}")
            return None
        name = setting.name.name
        found = matcher.option(name) if matcher else known.get(name.lower())
        if found is None:
            names = [*(option.name for option in known.values()), *extra]
            guess = _nearest(name, names)
            listed = ", ".join(f"`{n}`" for n in names)
            fix = Fix(f"write `{guess}`", (Edit(setting.name.span, guess),), safe=False) if guess else None
            help = f"Did the pattern mean `{guess}`?" if guess else ""
            message = f"expected one of {listed} for {what}" if names else f"expected no configuration for {what}"
            self.report(setting, f"{message}, found `{name}`", help, fix)
        return found

    def _quantity(
        self, element: Element, quantity: Quantity | None, what: str, marks: bool = False
    ) -> tuple[int, int]:
        """How often at least and at most."""
        written = element.quantifier
        if quantity is None:
            if written is not None and not (marks and written.mark):
                help = "Only `*` (may be missing) and `+` (must be there) can stand here." if marks else "Remove it."
                self.report(written, f"expected no quantifier for {what}", help)
            return 1, 1
        if written is None:
            if quantity.mandatory:
                self.report(element.atom, f"expected a quantifier for {what}", "Write `{1,}` behind the braces.")
            return quantity.least, quantity.most
        most = max(quantity.most, 4096) if written.most == MANY else written.most
        if most > quantity.limit:
            limit = f"expected at most {quantity.limit} for {what}, found {most}"
            self.report(written, limit, f"Write `{{{min(written.least, quantity.limit)},{quantity.limit}}}`.")
        return written.least, min(max(most, written.least), ENDLESS)


_TYPE_NAMES = {int: "a whole number", float: "a number", str: "a text", bool: "`true` or `false`"}

_ATOMS: Mapping[type, Any] = {
    tree.Bad: _Binder.bad,
    tree.Literal: _Binder.literal,
    tree.Characters: _Binder.characters,
    tree.Group: _Binder.grouped,
    tree.Macro: _Binder.macro,
    tree.Matcher: _Binder.matcher,
}
_INNERS: Mapping[str, Any] = {
    "": _Binder.nothing,
    "pattern": _Binder.inner_pattern,
    "entries": _Binder.inner_entries,
    "type": _Binder.inner_type,
    "members": _Binder.inner_members,
}


def _mark(element: Element) -> str:
    return element.quantifier.mark if element.quantifier else ""


def _optional(element: Element) -> bool:
    """Whether an element may be left out: a number by `*`, whatever has a `?`."""
    matcher = matchers.find(element.atom.name) if isinstance(element.atom, tree.Matcher) else None
    uncounted = matcher is not None and matcher.quantity is None
    return element.optional or (uncounted and _mark(element) == "*")


def _nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that a name was probably meant to be, or nothing."""
    found = get_close_matches(name, list(candidates), n=1, cutoff=0.6)
    return found[0] if found else ""
