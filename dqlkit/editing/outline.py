"""The parts of a query: its stages as symbols, and what can be folded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dqlkit.diagnostics import Span
from dqlkit.editing.draft import Draft
from dqlkit.languages.adql.tree import Query
from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.syntax.tree import Call, Group, Node, walk

__all__ = ["Symbol", "folds", "selections", "symbols"]

_LONGEST = 60


class Symbol(NamedTuple):
    """A stage of a query, or a clause: its name, what it says, its range, the range of its name, what is inside."""

    name: str
    detail: str
    span: Span
    head: Span
    inside: tuple[Symbol, ...] = ()


def symbols(draft: Draft) -> tuple[Symbol, ...]:
    """The stages of a query, sub-queries inside them; the clauses of an ADQL statement."""
    tree = draft.parsed.tree
    if isinstance(tree, Pipeline):
        return tuple(_stages(draft, tree))
    if isinstance(tree, Query):
        return tuple(_clause(draft, clause) for clause in tree.clauses())
    return ()


def _stages(draft: Draft, pipeline: Pipeline) -> Iterator[Symbol]:
    for command in pipeline.commands:
        if command.end > command.start:
            inside = tuple(stage for block in _blocks(command) for stage in _stages(draft, block.pipeline))
            name = command.name.name or draft.text[command.start : command.end].split("\n")[0][:_LONGEST]
            yield Symbol(name, _said(draft, command.name.end, command.end), command.span, command.name.span, inside)


def _blocks(command: Command) -> list[Subquery]:
    """The sub-queries of a command, without those inside them."""
    found = [node for node in walk(command) if isinstance(node, Subquery)]
    return [b for b in found if not any(o is not b and o.start <= b.start < o.end for o in found)]


def _clause(draft: Draft, clause: Node) -> Symbol:
    written = draft.text[clause.start : clause.end]
    word = written.split(maxsplit=1)[0] if written.split() else written
    head = Span(clause.start, clause.start + len(word))
    return Symbol(word.upper(), _said(draft, head.end, clause.end), clause.span, head)


def _said(draft: Draft, start: int, end: int) -> str:
    text = " ".join(draft.text[start:end].split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def folds(draft: Draft) -> tuple[Span, ...]:
    """The ranges of several lines that can be folded: stages, sub-queries, lists, calls, comments."""
    found = [node.span for node in walk(draft.parsed.tree) if isinstance(node, (Command, Subquery, Group, Call))]
    comments = draft.parsed.comments
    for n, comment in enumerate(comments):
        if n and _only_blank(draft.text[comments[n - 1].end : comment.start]) and found[-1].end == comments[n - 1].end:
            found[-1] = Span(found[-1].start, comment.end)
        else:
            found.append(comment.span)
    lines = [span for span in found if "\n" in draft.text[span.start : span.end].rstrip()]
    return tuple(sorted(set(lines)))


def _only_blank(text: str) -> bool:
    return not text.strip() and text.count("\n") == 1


def selections(draft: Draft, offset: int) -> tuple[Span, ...]:
    """The ranges around an offset that an editor selects one after the other, the smallest first."""
    around = [n.span for n in walk(draft.parsed.tree) if n.start <= offset <= n.end and n.end > n.start]
    spans = {*around, Span(0, len(draft.text))}
    ordered: list[Span] = []
    for span in sorted(spans, key=lambda span: span.end - span.start):
        if not ordered or (span.start <= ordered[-1].start and ordered[-1].end <= span.end):
            ordered.append(span)
    return tuple(ordered)
