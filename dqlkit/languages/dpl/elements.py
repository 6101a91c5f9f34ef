"""Assembles elements: an atom, and the modifiers behind it.

Only after all is read it is known whether parentheses are the configuration of the element before them or a group of
their own, and whether the modifiers are in the required order: `{matchers} (configuration) quantifier ? :name`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.frozen import field, mutable
from dqlkit.languages.dpl import matchers
from dqlkit.languages.dpl.tree import Atom, Element, Group, Literal, Matcher, Setting

__all__ = ["CODE", "ORDER", "Modifier", "Parts", "Rank", "assembled", "settings_of"]

CODE = "B017"
"""The code of all that can be wrong with a pattern."""

ORDER = "Modifiers stand in this order: {matchers} (configuration) quantifier ? :name."


class Rank(IntEnum):
    """The place of a modifier in the order."""

    INNER = 1
    CONFIGURATION = 2
    QUANTIFIER = 3
    OPTIONAL = 4
    EXPORT = 5


@mutable
class Modifier:
    """What stands behind an element; `apply` puts it on. Parentheses have a `group`, which they may turn out to be."""

    start: int
    end: int
    rank: Rank
    what: str
    apply: Callable[[Element], object]
    group: Group | None = None
    repeatable: bool = False


@mutable
class Parts:
    """An element before it is put together."""

    atom: Atom
    modifiers: list[Modifier] = field(default_factory=list)
    lookaround: str = ""
    start: int = -1


def assembled(parts: Parts, text: str, error: Callable[..., Any]) -> list[Element]:
    """The element, and those that follow it where parentheses turn out to be groups."""
    elements = [Element(parts.start, parts.atom.end, parts.atom, parts.lookaround)]
    last: list[Modifier] = []  # those of the last element
    for modifier in parts.modifiers:
        if modifier.group is not None and not _is_configuration(elements[-1], modifier.group, last):
            elements.append(Element(modifier.start, modifier.end, modifier.group))
            last = []
            continue
        last.append(modifier)
        modifier.apply(elements[-1])
        elements[-1].end = modifier.end
        if len(last) > 1:
            _check_order(last, text, error)
    return elements


def _check_order(modifiers: list[Modifier], text: str, error: Callable[..., Any]) -> None:
    """Report the last modifier where it stands behind one that it has to precede, or a second time."""
    *_, last, modifier = modifiers
    if last.rank > modifier.rank:
        message = f"expected {modifier.what} before {last.what}, found it behind"
        error(CODE, modifier.start, modifier.end, message, help=ORDER, fix=_in_order(modifiers, text))
    elif last.what == modifier.what and not modifier.repeatable:
        message = f"expected {modifier.what} once, found it again"
        fix = Fix("remove it", (Edit(Span(modifier.start, modifier.end), ""),))
        error(CODE, modifier.start, modifier.end, message, help="Keep one.", fix=fix)


def _in_order(modifiers: list[Modifier], text: str) -> Fix:
    """The fix that moves the last modifier in front of those that it has to precede."""
    *before, last = modifiers
    first = next(one for one in before if one.rank > last.rank)
    moved = text[last.start : last.end] + text[first.start : before[-1].end]
    return Fix("put it in order", (Edit(Span(first.start, last.end), moved),))


def _is_configuration(element: Element, group: Group, last: list[Modifier]) -> bool:
    """Whether parentheses behind an element configure it: they hold settings, or a lone text that it takes as one."""
    if len(group.sequences) != 1:
        return False
    items = group.sequences[0].elements
    if any(isinstance(item, Setting) for item in items):
        return True
    if last or len(items) != 1 or not isinstance(element.atom, Matcher):
        return False
    matcher = matchers.find(element.atom.name)
    return matcher is not None and bool(matcher.default) and _lone_text(items[0]) is not None


def _lone_text(item: Element | Setting) -> Literal | None:
    """The text of an element that is nothing else."""
    if isinstance(item, Element) and isinstance(item.atom, Literal) and item.end == item.atom.end:
        return item.atom
    return None


def settings_of(group: Group) -> list[Setting]:
    """What parentheses configure. What is no setting keeps its place, without a name."""
    settings = []
    for item in group.sequences[0].elements:
        if isinstance(item, Setting):
            settings.append(item)
        else:
            text = _lone_text(item)
            settings.append(Setting(item.start, item.end, None, text.value if text else None))
    return settings
