"""The class of a lint rule, and the decorator that declares one.

    @rule("B010", "limit-without-sort", severity="warning")
    def limit_without_sort(subject: Subject) -> Findings:
        \"\"\"`limit` without a `sort` before it.

        What: …
        Why: …
        Bad: `fetch logs | limit 10`
        Good: `fetch logs | sort timestamp desc | limit 10`
        \"\"\"
        for command in subject.commands("limit"):
            …
            yield subject.finding(command.span, "…", help="…")

One rule, one file. The docstring is the documentation: `Bad` must make exactly this rule report, `Good` must make none,
and tests run both. A rule whose mistake the parser or the binder already found passes it on with `subject.reported`.

What is declared beside the check stands in `places.py` too, so that the file of a rule is imported only for a text that
the rule may have something to say of: a linter starts often.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.cached import cached_property
from dqlkit.diagnostics import Diagnostic, Severity
from dqlkit.frozen import field, frozen
from dqlkit.regex import regex

if TYPE_CHECKING:
    from dqlkit.linting.subject import Subject

__all__ = ["Findings", "Rule", "note_documentation", "rule"]

Findings: TypeAlias = Iterable[Diagnostic]
Check: TypeAlias = "Callable[[Subject], Findings]"

_SECTION = regex(r"^\s*(What|Why|Bad|Good|Note):[ \t]*", re.M)


@frozen(slots=False)
class Rule:
    """`contexts` are where it applies (all where empty), `languages` which texts, `weight` what a cost rule counts.

    A rule that is not `default` runs only where it is selected. `options` are what settings may change, with the values
    that hold without them. `unread` is said of text that cannot be read, of which nothing else can be checked.
    A rule that `passes_on` reports only what earlier stages found under its code; one with
    `words` looks only at texts that hold one of them, in any letter case.
    """

    code: str
    name: str
    severity: Severity
    file: str
    contexts: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset({"dql"})
    default: bool = True
    weight: int = 0
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    unread: bool = False
    passes_on: bool = False
    words: tuple[str, ...] = ()

    @cached_property
    def check(self) -> Check:
        """What the rule does: its findings in a subject."""
        found = _CHECKS.get(self.code)
        if found is None:
            import_module(f"dqlkit.linting.rules.{self.file}")
            found = _CHECKS[self.code]
        return found

    def applies(self, language: str, context: str) -> bool:
        """Whether it is a rule for texts of a language that stand in a context."""
        return language in self.languages and (not self.contexts or context in self.contexts)

    def named(self, selectors: Iterable[str]) -> bool:
        """Whether selectors mean the rule: by code, by the beginning of its code, by name, or `ALL`."""
        return any(self.name == one or self.code.startswith(one) or one == "ALL" for one in selectors)

    def severity_in(self, context: str) -> Severity:
        """A cost rule warns only where it is known how the query runs; in a plain file it informs."""
        return "info" if self.weight and context == "file" else self.severity

    @property
    def documentation(self) -> str:
        """The docstring of the check."""
        return self.check.__doc__ or _DOCUMENTATION.get(self.code, "")

    @property
    def sections(self) -> dict[str, str]:
        """What the documentation says under each heading."""
        parts = _SECTION.split(self.documentation)
        return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.strip().split("\n", 1)[0]

    def examples(self, section: str) -> list[str]:
        """The queries of a section: what stands in back ticks. A line break of the docstring is a blank of a query."""
        text = self.sections.get(section, "")
        fenced = re.findall(r"``\s?(.+?)\s?``|(?<!`)`([^`]+)`(?!`)", text, re.S)
        return [re.sub(r"\n[ \t]*", " ", one or other) for one, other in fenced]


#: The checks of the rules whose files are imported, by code.
_CHECKS: dict[str, Check] = {}

#: The docstrings of checks that are compiled, by code: a compiled function has none.
_DOCUMENTATION: dict[str, str] = {}


def note_documentation(code: str, text: str) -> None:
    """Note the docstring of a check before it is compiled."""
    _DOCUMENTATION[code] = text


def rule(
    code: str,
    name: str,
    *,
    severity: Severity,
    contexts: Iterable[str] = (),
    languages: Iterable[str] = ("dql",),
    default: bool = True,
    weight: int = 0,
    options: Mapping[str, Any] | None = None,
    unread: bool = False,
    passes_on: bool = False,
    words: Iterable[str] = (),
) -> Callable[[Check], Rule]:
    """Declare a rule."""

    def declare(check: Check) -> Rule:
        assert code not in _CHECKS, f"{code} is declared twice"
        _CHECKS[code] = check
        file = check.__module__.rpartition(".")[2]
        where, texts = frozenset(contexts), frozenset(languages)
        known = options or {}
        return Rule(code, name, severity, file, where, texts, default, weight, known, unread, passes_on, tuple(words))

    return declare
