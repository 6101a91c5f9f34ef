"""Lints, fixes and formats files: finds their queries, runs the rules, and maps findings back to the file."""

from __future__ import annotations

import os
from collections import Counter

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Severity, Span, apply_edits
from dqlkit.frozen import frozen, replace
from dqlkit.hosts import Embedded, ending_of, find_queries, look
from dqlkit.hosts.document import Document, DocumentVariable
from dqlkit.hosts.located import Problem
from dqlkit.hosts.notations.query_text import PARTS
from dqlkit.languages import language_named
from dqlkit.linting.catalogue import rules
from dqlkit.linting.chosen import Chosen
from dqlkit.linting.fixes import touch
from dqlkit.linting.linter import lint, picked, subject_of
from dqlkit.linting.settings import Settings
from dqlkit.linting.subject import Subject
from dqlkit.linting.suppressions import suppressing

__all__ = [
    "Checked",
    "Finding",
    "Formatted",
    "check_file",
    "check_query",
    "check_subject",
    "check_text",
    "fix_text",
    "format_file",
    "format_text",
    "ignore_text",
    "in_file",
    "is_loud",
    "subject_in",
    "unreadable",
]

#: The most rounds of fixing; more would mean that two fixes undo each other.
_MOST_ROUNDS = 25


@frozen(strict=True)
class Finding:
    """`diagnostic` has its span, and that of its fix, in the file; `inner` is its span in `query`."""

    path: str
    diagnostic: Diagnostic
    pointer: str
    query: str
    inner: Span

    @property
    def stage(self) -> str:
        """The query's text there, without layout, for a fingerprint that does not move when other lines do."""
        return " ".join(self.query[self.inner.start : self.inner.end].split())


def _rules(settings: Settings, more: tuple[str, ...], language: str) -> Chosen:
    return picked(settings.select, settings.extend_select, (*settings.ignore, *more), language)


@frozen(strict=True)
class Checked:
    """The findings in a file in text order, and how many queries were checked, or why the file was skipped."""

    findings: list[Finding]
    queries: int = 0
    skipped: str = ""


def check_text(text: str, path: str, settings: Settings, context: str = "") -> list[Finding]:
    """The findings in a file, in its order."""
    return check_file(text, path, settings, context).findings


def check_file(text: str, path: str, settings: Settings, context: str = "", named: bool = False) -> Checked:
    """Check a file. One that the user `named` is parsed even where nothing in it looks like a query, so that errors in
    it are reported."""
    found: list[Finding] = []
    looked = look(text, path, context or settings.context(path), named)
    if looked.problem is not None:
        found += unreadable(path, settings, looked.problem, text)
    for embedded in looked.queries:
        for diagnostic in check_query(embedded, settings, path):
            in_text = in_file(diagnostic, embedded, text)
            found.append(Finding(path, in_text, embedded.pointer, embedded.text, diagnostic.span))
    return Checked(sorted(found, key=lambda finding: finding.diagnostic.span), len(looked.queries), looked.skipped)


def unreadable(path: str, settings: Settings, problem: Problem, text: str = "") -> list[Finding]:
    """The finding that a file cannot be read, if the settings want it."""
    from dqlkit.linting.rules.unreadable_file import unreadable_file as rule

    wanted = not settings.select or rule.named((*settings.select, *settings.extend_select))
    if rule.named((*settings.ignore, *settings.ignored(path, ""))) or not wanted:
        return []
    return [_problem(path, problem, text, settings.severity_of(rule) or rule.severity)]


def _problem(path: str, problem: Problem, text: str, severity: Severity) -> Finding:
    at = min(problem.offset, len(text))
    diagnostic = Diagnostic("Z002", severity, Span(at, at), problem.message, problem.help, text=text)
    return Finding(path, diagnostic, "", text, Span(at, at))


def check_query(embedded: Embedded, settings: Settings, path: str) -> list[Diagnostic]:
    """The findings in one query of a file, with their places in the query."""
    return check_subject(subject_in(embedded, settings, path), embedded, settings, path)


def subject_in(embedded: Embedded, settings: Settings, path: str) -> Subject:
    """A query of a file, parsed and bound, with what is known of its surroundings."""
    subject = subject_of(embedded.text, embedded.language, embedded.part, embedded.context)
    subject.document, subject.options = _with_variables(embedded, settings, path), settings.options
    if settings.schema:
        from dqlkit.linting.schema import schema_for

        subject.schema = schema_for(settings)
    return subject


def check_subject(subject: Subject, embedded: Embedded, settings: Settings, path: str) -> list[Diagnostic]:
    """The findings in a query that was parsed before."""
    chosen = _rules(settings, settings.ignored(path, embedded.pointer), embedded.language)
    found = lint(subject, chosen)
    if settings.severity:
        found = [replace(d, severity=settings.severity_of(rules()[d.code]) or d.severity) for d in found]
    return found


def _with_variables(embedded: Embedded, settings: Settings, path: str) -> Document:
    """The document with the variables added that the settings declare for every file. Those of a file of queries stand
    in the files of variables at or above it."""
    document = embedded.document
    if document.variables is None and "$" in embedded.text and ending_of(path) in PARTS:
        document = replace(document, variables=_of_folder(os.path.dirname(path)))
    if not settings.variables or document.variables is None:
        return document
    known = {name: DocumentVariable(name) for name in settings.variables}
    return replace(document, variables={**known, **document.variables})


def _of_folder(folder: str) -> dict[str, DocumentVariable] | None:
    """The variables of the files of variables; None where there are none, or where they cannot be read."""
    from dqlkit.hosts.variables import values

    try:
        return {name: DocumentVariable(name) for name in values(folder)} or None
    except ValueError:
        return None


def in_file(diagnostic: Diagnostic, embedded: Embedded, text: str) -> Diagnostic:
    """A finding of a query, with its places in the file; a fix that the host cannot hold is left out."""
    if embedded.text == text:
        return diagnostic
    fix = diagnostic.fix
    if fix is not None:
        edits = [embedded.in_file(edit, text) for edit in fix.edits]
        fix = None if None in edits else Fix(fix.message, tuple(e for e in edits if e), fix.safe)
    span = embedded.map.span(diagnostic.span)
    return replace(diagnostic, span=span, fix=fix)


def fix_text(
    text: str, path: str, settings: Settings, unsafe: bool = False, context: str = ""
) -> tuple[str, Counter[str]]:
    """The text with all allowed fixes applied, and their number by rule. Of overlapping fixes one waits for the next
    round."""
    made: Counter[str] = Counter()
    for _ in range(_MOST_ROUNDS):
        edits: list[Edit] = []
        for finding in check_text(text, path, settings, context):
            fix = finding.diagnostic.fix
            if fix is None or not (fix.safe or unsafe) or not fix.edits:
                continue
            if not any(touch(edit, other) for edit in fix.edits for other in edits):
                edits += fix.edits
                made[finding.diagnostic.code] += 1
        if not edits:
            break
        text = apply_edits(text, edits)
    return text, made


def ignore_text(text: str, path: str, settings: Settings) -> str:
    """The text with a suppressing comment for each finding, where the host can hold comments. Matchers take none."""
    edits: list[Edit] = []
    for embedded in find_queries(text, path, settings.context(path)):
        if embedded.language == "dql" and embedded.part != "expression":
            parsed = language_named("dql").parse(embedded.text, embedded.part)
            loud = [d for d in check_query(embedded, settings, path) if is_loud(d)]
            comments = suppressing(parsed, loud)
            edits += [edit for edit in (embedded.in_file(comment, text) for comment in comments) if edit]
    return apply_edits(text, edits)


def is_loud(diagnostic: Diagnostic) -> bool:
    """Whether a comment may hold a finding back: infos only advise, and an ignore that is not needed is removed."""
    return diagnostic.severity != "info" and diagnostic.code != "Z001"


@frozen(strict=True)
class Formatted:
    """A text with its queries laid out, and what could not be: the first error of each query that does not parse."""

    text: str
    unread: list[Finding]


def format_text(text: str, path: str, settings: Settings) -> str:
    """The text with its queries laid out; those that do not parse stay as they are."""
    return format_file(text, path, settings).text


def format_file(text: str, path: str, settings: Settings, named: bool = False) -> Formatted:
    """The same, and what could not be laid out. A file that is `named` is read even where nothing in it looks like a
    query."""
    edits: list[Edit] = []
    looked = look(text, path, "", named)
    unread = [] if looked.problem is None else [_problem(path, looked.problem, text, "error")]
    for embedded in looked.queries:
        parsed = language_named(embedded.language).parse(embedded.text, embedded.part)
        wrong = next((d for d in parsed.diagnostics if d.severity == "error"), None)
        if wrong is not None:
            found = in_file(wrong, embedded, text)
            unread.append(Finding(path, found, embedded.pointer, embedded.text, wrong.span))
            continue
        laid = language_named(embedded.language).format(parsed, line_width=settings.line_length).strip()
        body = embedded.text.rstrip()
        lead = len(body) - len(body.lstrip())
        if laid != body[lead:]:
            edit = embedded.in_file(Edit(Span(lead, len(body)), laid), text)
            edits += [edit] if edit else []
    return Formatted(apply_edits(text, edits), unread)
