"""Selectors from text to predicate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dqlkit.diagnostics import Diagnostic, Span, error
from dqlkit.frozen import frozen
from dqlkit.languages.selector.bind import bind
from dqlkit.languages.selector.condition import All, Condition, Not, Predicate, Record, Related, predicate
from dqlkit.languages.selector.criteria import entity, event
from dqlkit.languages.selector.parse import parse
from dqlkit.languages.selector.tree import Criterion, Selector
from dqlkit.languages.syntax.tree import walk
from dqlkit.types.values import Timestamp

__all__ = ["LONGEST", "Selected", "entities", "events"]

#: Characters of a selector of entities.
LONGEST = 2000


@frozen
class Selected:
    """The condition of a selector, and its diagnostics. With an error the condition must not be used."""

    condition: Condition
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error")

    def predicate(self, records: Mapping[str, Record] | None = None) -> Predicate:
        """Whether a record is meant; `records` by their ids are what relationships lead to."""
        return predicate(self.condition, records or {})

    @property
    def relationships(self) -> frozenset[str]:
        """The fields with relationships that the condition reads."""
        return frozenset(_relationships(self.condition))


def events(text: str, now: Timestamp) -> Selected:
    """An `eventSelector`."""
    parsed = parse(text)
    assert isinstance(parsed.tree, Selector)
    condition, found = bind(parsed.tree, event, now)
    return _selected(condition, [*parsed.diagnostics, *found])


def entities(text: str, now: Timestamp, *, anywhere: bool = False) -> Selected:
    """An `entitySelector`: it names one type of entities, or the ids of some, unless it may look `anywhere`."""
    parsed = parse(text)
    assert isinstance(parsed.tree, Selector)
    condition, found = bind(parsed.tree, entity, now)
    whole = () if parsed.diagnostics or anywhere else _whole(text, parsed.tree)
    return _selected(condition, [*parsed.diagnostics, *found, *_negated_types(parsed.tree), *whole])


def _selected(condition: Condition, diagnostics: list[Diagnostic]) -> Selected:
    return Selected(condition, tuple(sorted(diagnostics, key=lambda diagnostic: diagnostic.span)))


def _whole(text: str, selector: Selector) -> Iterator[Diagnostic]:
    """What is wrong with a selector of entities as a whole."""
    if len(text) > LONGEST:
        message = f"expected at most {LONGEST:,} characters, found {len(text):,}"
        yield error("A004", Span(LONGEST, len(text)), message, help="Shorten the selector.")
    named = [node for node in selector.criteria if isinstance(node, Criterion)]
    if not any(node.name in ("type", "entityId") for node in named):
        help = 'Begin with `type("HOST")`.'
        yield error("E010", Span(0, len(text)), "expected `type` or `entityId`, found neither", help=help)


def _negated_types(selector: Selector) -> Iterator[Diagnostic]:
    negated = (node for node in walk(selector) if isinstance(node, Criterion) and node.name == "not")
    for inner in (argument for node in negated for argument in node.arguments):
        if isinstance(inner, Criterion) and inner.name == "type":
            yield error("E013", inner.span, "expected another criterion in `not()`, found `type`")


def _relationships(condition: Condition) -> Iterator[str]:
    match condition:
        case All(parts):
            for part in parts:
                yield from _relationships(part)
        case Not(part):
            yield from _relationships(part)
        case Related(relationship, _, others):
            yield relationship
            yield from _relationships(others)
