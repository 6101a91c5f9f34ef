"""Which fixes of a query may be offered: those that leave it read at least as far as before, with all of its comments.

A stage that could not be read gets no fix but those that mend its syntax, and those only where all of its errors have
one: half a repair leaves a text that is wrong in another way. What remains is tried: the text with the fix made has fewer
errors, or the fix is not offered. A finding whose fix is withheld stays, and gets the fix back once the rest is mended.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Collection, Iterable
from itertools import pairwise

from dqlkit.diagnostics import Diagnostic, Edit, Fix, apply_edits
from dqlkit.frozen import replace
from dqlkit.languages import language_named
from dqlkit.linting.subject import Subject
from dqlkit.regex import regex

__all__ = ["offered", "touch"]

#: Of a text with more broken stages, or more errors with fixes, than this only all together are tried.
_MOST_TRIALS = 20

_COMMENTS = regex(r"//[^\n]*|/\*.*?\*/", re.S)


def touch(one: Edit, other: Edit) -> bool:
    """Whether two edits meet, so that the later one has to wait."""
    return one.span.start <= other.span.end and other.span.start <= one.span.end


def offered(subject: Subject, findings: list[Diagnostic]) -> list[Diagnostic]:
    """The findings, without the fixes that may not be offered."""
    if subject.parsed.comments:
        findings = [replace(d, fix=None) if _loses_comment(subject, d) else d for d in findings]
    if not any(diagnostic.severity == "error" for diagnostic in subject.found):
        return findings
    return _Offers(subject).of(findings)


def _loses_comment(subject: Subject, finding: Diagnostic) -> bool:
    """Whether a fix takes away a comment that it is not about."""
    return finding.fix is not None and any(
        edit.span.start <= comment.start < edit.span.end
        and comment.text not in edit.text
        and not comment.start <= finding.span.start < comment.end
        for edit in finding.fix.edits
        for comment in subject.parsed.comments
    )


class _Offers:
    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.unread = [d for d in subject.parsed.diagnostics if d.severity == "error"]
        self.errors = sum(diagnostic.severity == "error" for diagnostic in subject.found)
        self.regions = _Regions(subject)
        self.trials = 0

    def of(self, findings: list[Diagnostic]) -> list[Diagnostic]:
        """The findings with the fixes that help."""
        mended = self._mended()
        syntax = set(self.unread)
        found = []
        for diagnostic in findings:
            fix = diagnostic.fix
            if fix is not None and diagnostic in syntax:
                fix = self._of_syntax(fix, mended[self.regions.at(diagnostic.span.start)])
            elif fix is not None and any(self.regions.at(edit.span.start) in mended for edit in fix.edits):
                fix = None
            elif fix is not None and diagnostic in self.subject.found and diagnostic.severity == "error":
                fix = fix if self._helps([fix], 1, 0) else None
            found.append(diagnostic if fix is diagnostic.fix else replace(diagnostic, fix=fix))
        return found

    def _of_syntax(self, fix: Fix, stage: list[Fix]) -> Fix | None:
        """A fix of syntax, as safe as the least safe one that its stage needs beside it; all of these in one where it
        does not help alone. None where those of the stage do not mend it."""
        if len(stage) < 2:
            return fix if stage else None
        edits = fix.edits if self._helps([fix], 1, 1) else tuple(edit for one in stage for edit in one.edits)
        return Fix(fix.message, edits, all(one.safe for one in stage))

    def _mended(self) -> dict[int, list[Fix]]:
        """The stages that could not be read, with the fixes that together mend them; none where there are no such."""
        broken: dict[int, list[Diagnostic]] = {}
        for diagnostic in self.unread:
            broken.setdefault(self.regions.at(diagnostic.span.start), []).append(diagnostic)
        fixes = {stage: [d.fix for d in found if d.fix is not None] for stage, found in broken.items()}
        whole = {stage for stage, found in broken.items() if len(fixes[stage]) == len(found)}
        every = [fix for stage in whole for fix in fixes[stage]]
        together = len(whole) == len(broken) and self._helps(every, len(self.unread), len(self.unread))
        return {
            stage: fixes[stage]
            if stage in whole and (together or self._helps(fixes[stage], len(found), len(found)))
            else []
            for stage, found in broken.items()
        }

    def _helps(self, fixes: Collection[Fix], mended: int, read: int) -> bool:
        """Whether so many errors are gone once the fixes are made, `read` of them of syntax, and none came instead."""
        self.trials += 1
        edits = [edit for fix in fixes for edit in fix.edits]
        if self.trials > _MOST_TRIALS or _overlap(edits):
            return False
        language = language_named(self.subject.language)
        parsed = language.parse(apply_edits(self.subject.text, edits), self.subject.part)
        unread = sum(diagnostic.severity == "error" for diagnostic in parsed.diagnostics)
        if unread > len(self.unread) - read:
            return False
        bound = language.bind(parsed)
        return unread + sum(d.severity == "error" for d in bound.diagnostics) <= self.errors - mended


def _overlap(edits: Iterable[Edit]) -> bool:
    return any(one.span.end > other.span.start for one, other in pairwise(sorted(edits, key=lambda edit: edit.span)))


class _Regions:
    """The text by stages, each with what follows it up to the next one. Commands without a `|` between them are one, of
    which nobody can tell where it ends; a text that is no pipeline is one as well."""

    def __init__(self, subject: Subject) -> None:
        self.starts = [0]
        self.owners = {0: 0}
        for pipeline in subject.pipelines:  # the outer ones first
            around = self.at(pipeline.start)
            self._add(pipeline.start, pipeline.start)
            for one, other in pairwise(pipeline.commands):
                if "|" in _COMMENTS.sub("", subject.text[one.end : other.start]):
                    self._add(other.start, other.start)
            if pipeline is not subject.parsed.tree:
                self._add(pipeline.end, around)

    def _add(self, start: int, owner: int) -> None:
        if start not in self.owners:
            insort(self.starts, start)
        self.owners[start] = owner

    def at(self, offset: int) -> int:
        """Where the stage begins that an offset lies in."""
        return self.owners[self.starts[bisect_right(self.starts, offset) - 1]]
