"""Z001."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.linting.catalogue import rules
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.linting.suppressions import Suppression


@rule("Z001", "unused-ignore", severity="warning", languages=("dql", "adql"), words=("dqlkit:",))
def unused_ignore(subject: Subject) -> Findings:
    """A comment that switches a rule off where it finds nothing.

    What: `dqlkit: ignore[…]` holds back no finding, or names no rule. Rules that were not chosen are left out of account.
    Why: It says that something is wrong here which is not, and would hide it when it comes back.
    Bad: `fetch logs, from:-1h | summarize n = count() // dqlkit: ignore[B010]`
    Good: `fetch logs, from:-1h | limit 10 | fields host.name // dqlkit: ignore[B010] any ten will do`
    """
    for held in subject.suppressions:
        unknown = [one for one in held.selectors if not any(known.named([one]) for known in rules().values())]
        if unknown:
            yield subject.finding(held.comment, f"`{unknown[0]}` names no rule.", help="`dqlkit rule` lists them.")
        elif _ran(held, subject) and not any(held.covers(finding) for finding in subject.findings):
            fix = Fix("Remove the comment", (Edit(_with_blanks(held.comment, subject.text), ""),))
            yield subject.finding(held.comment, "The comment holds back nothing.", help="Remove it.", fix=fix)


def _ran(held: Suppression, subject: Subject) -> bool:
    """Whether the rules ran that the comment names, but for those that are off anyway."""
    named = [known for known in rules().values() if known.named(held.selectors or ("ALL",))]
    expected = [known for known in named if known.default] or named
    return all(known in subject.rules for known in expected if subject.language in known.languages)


def _with_blanks(comment: Span, text: str) -> Span:
    return Span(len(text[: comment.start].rstrip(" \t")), comment.end)
