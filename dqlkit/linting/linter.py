"""Runs rules over one query."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TypeAlias

from dqlkit.diagnostics import Diagnostic, Span
from dqlkit.frozen import replace
from dqlkit.hosts.document import CONTEXTS
from dqlkit.languages import language_named
from dqlkit.languages.language import Bound, Part
from dqlkit.languages.syntax.tree import Parsed
from dqlkit.linting.catalogue import rules
from dqlkit.linting.chosen import Chosen
from dqlkit.linting.fixes import offered
from dqlkit.linting.settings import Settings
from dqlkit.linting.subject import Subject

__all__ = ["lint", "misfit", "picked", "subject_of", "unknown"]


Selectors: TypeAlias = tuple[str, ...]


def unknown(selectors: Collection[str]) -> list[str]:
    """The selectors that match no rule."""
    return [selector for selector in selectors if not any(rule.named([selector]) for rule in rules().values())]


@lru_cache(maxsize=64)
def misfit(settings: Settings) -> str:
    """What is wrong with settings, in a sentence: an unknown rule, context or option, or an option of a wrong type;
    else empty."""
    ignored = (selector for selectors in settings.per_file_ignores.values() for selector in selectors)
    selectors = (*settings.select, *settings.extend_select, *settings.ignore, *ignored, *settings.severity)
    missing = unknown(dict.fromkeys(selectors))
    if missing:
        return f"there is no rule {missing[0]!r}"
    for context in settings.contexts.values():
        if context not in CONTEXTS:
            return f"there is no context {context!r}; known are {', '.join(CONTEXTS)}"
    known = (
        {name: value for rule in rules().values() for name, value in rule.options.items()} if settings.options else {}
    )
    for name, value in settings.options.items():
        if name not in known:
            return f"there is no option {name!r}; known are {', '.join(sorted(known))}"
        if type(value) is not type(known[name]):
            return f"the option {name!r} takes a {'list' if known[name] == () else type(known[name]).__name__}"
    return ""


def picked(
    select: Collection[str] = (), extend: Collection[str] = (), ignore: Collection[str] = (), language: str = ""
) -> Chosen:
    """The rules that `select` matches (the default ones where it is empty) and those of `extend`, without those of
    `ignore`.

    `language` leaves out the rules for others.
    """
    return _picked(tuple(select), tuple(extend), tuple(ignore), language)


@lru_cache(maxsize=256)
def _picked(select: Selectors, extend: Selectors, ignore: Selectors, language: str) -> Chosen:
    chosen = (r for r in rules(language).values() if (r.named(select) if select else r.default) or r.named(extend))
    return Chosen(tuple(rule for rule in chosen if not rule.named(ignore)))


def subject_of(text: str, language: str = "dql", part: Part = "query", context: str = "file") -> Subject:
    """A text, parsed and bound for the rules."""
    parsed, bound, found = _read(text, language, part)
    return Subject(text, language, parsed, bound, found, part, context)


@lru_cache(maxsize=512)
def _read(text: str, language: str, part: Part) -> tuple[Parsed, Bound, tuple[Diagnostic, ...]]:
    """The text parsed and bound. Binding diagnostics that overlap a syntax error are dropped.

    Texts are kept: documents share queries, and of a document that is edited or fixed most queries stay as they are.
    """
    parsed = language_named(language).parse(text, part)
    bound = language_named(language).bind(parsed)
    unread = [d.span for d in parsed.diagnostics if d.severity == "error"]
    meaning = (d for d in bound.diagnostics if not any(_overlap(d.span, span) for span in unread))
    return parsed, bound, (*parsed.diagnostics, *meaning)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def lint(subject: Subject, chosen: Chosen) -> list[Diagnostic]:
    """Run rules over a subject: the findings that no comment suppresses, in text order; of a template those in all of its
    alternatives."""
    found = _checked(subject, chosen)
    if subject.parsed.has_tags:
        found = sorted([*found, *_of_alternatives(subject, chosen)], key=_place)
    return (
        [_shown(diagnostic, subject.document.mistake) for diagnostic in found]
        if subject.context == "markdown"
        else found
    )


def _of_alternatives(subject: Subject, chosen: Chosen) -> Iterator[Diagnostic]:
    """The findings in alternatives with which the query is not read."""
    from dqlkit.linting.alternatives import alternatives

    for text, span in alternatives(subject.text, subject.parsed.comments):
        other = subject_of(text, subject.language, subject.part, subject.context)
        other.document, other.options, other.schema = subject.document, subject.options, subject.schema
        for found in _checked(other, chosen):
            edits = found.fix.edits if found.fix is not None else ()
            if _within(found.span, span):
                yield found if all(_within(edit.span, span) for edit in edits) else replace(found, fix=None)


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _place(diagnostic: Diagnostic) -> tuple[Span, str]:
    return diagnostic.span, diagnostic.code


def _checked(subject: Subject, chosen: Chosen) -> list[Diagnostic]:
    found = subject.findings = []
    subject.rules = chosen.rules
    for rule in chosen.concerning(subject):
        subject.rule = rule
        found += rule.check(subject)
    if subject.suppressions:
        found = [one for one in found if not any(held.covers(one) for held in subject.suppressions)]
    return offered(subject, sorted(dict.fromkeys(found), key=_place))


def _shown(diagnostic: Diagnostic, mistake: bool) -> Diagnostic:
    """In Markdown an error is a warning, as texts show what not to write, unless the query cannot be read at all, so that
    nothing in it was checked. What is said to be a mistake is not mended. [decided]"""
    if mistake and diagnostic.fix is not None:
        diagnostic = replace(diagnostic, fix=None)
    is_shown = diagnostic.severity == "error" and not rules()[diagnostic.code].unread
    return replace(diagnostic, severity="warning") if is_shown else diagnostic
