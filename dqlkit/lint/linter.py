"""Runs rules over one query."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import Any

from dqlkit.diagnostics import Diagnostic
from dqlkit.lint.rule import Rule
from dqlkit.lint.rules import rules
from dqlkit.lint.subject import Subject

__all__ = ["chosen", "lint", "subject_of"]


def chosen(select: Collection[str] = (), ignore: Collection[str] = ()) -> list[Rule]:
    """The rules that selectors name: codes, prefixes of codes (`B`), or names. Without any, the default ones."""

    def named(rule: Rule, selectors: Collection[str]) -> bool:
        return any(rule.name == s or rule.code.startswith(s) or s == "ALL" for s in selectors)

    picked = (rule for rule in rules().values() if (named(rule, select) if select else rule.default))
    return [rule for rule in picked if not named(rule, ignore)]


def _verb(language: str, verb: str) -> Callable[..., Any]:
    stage: Callable[..., Any] = getattr(import_module(f"dqlkit.languages.{language}.{verb}"), verb)
    return stage


def subject_of(
    text: str, language: str = "dql", part: str = "query", context: str = "file", **known: Mapping[str, Any]
) -> Subject:
    """A text made ready for rules."""
    parsed = _verb(language, "parse")(text, part)
    bound = _verb(language, "bind")(parsed)
    found = (*parsed.diagnostics, *bound.diagnostics)
    return Subject(text, language, parsed, bound, found, context, **known)


def lint(subject: Subject, chosen_rules: Collection[Rule]) -> list[Diagnostic]:
    """The findings of the rules, in the order of the text."""
    found: list[Diagnostic] = []
    for rule in chosen_rules:
        if subject.language in rule.languages and (not rule.contexts or subject.context in rule.contexts):
            subject.rule = rule
            found += rule.check(subject)
    return sorted(set(found), key=lambda diagnostic: (diagnostic.span, diagnostic.code))
