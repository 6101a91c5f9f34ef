"""B006."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Diagnostic, Edit, Fix
from dqlkit.frozen import replace
from dqlkit.languages.syntax.tree import Name
from dqlkit.linting.aggregates import named_by_text
from dqlkit.linting.lost import hyphenated_members
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("B006", "name-needs-backticks", severity="warning", languages=("dql", "adql"))
def name_needs_backticks(subject: Subject) -> Findings:
    """A name that has to stand in back ticks.

    What: The field of an aggregation without a name is called as its text, and can be read only in back ticks; a name
    with a hyphen is read as a subtraction. In ADQL a field that is called as a reserved word.
    Why: `count()` by itself is the function, which cannot stand outside of an aggregation; `a.b-c` is `a.b` minus `c`.
    Such a function is an error, the rest may be meant: warnings.
    Bad: `fetch logs, from:-1h | summarize count(), by:{status} | sort count() desc`
    Good: ``fetch logs, from:-1h | summarize count(), by:{status} | sort `count()` desc``
    """
    yield from subject.reported()
    for call, name in named_by_text(subject).items():
        fix = Fix("Add back ticks", (Edit(call, f"`{name}`"),))
        message = f"`{name}` is a function here, not the field."
        yield replace(subject.finding(call, message, help="Put it in back ticks.", fix=fix), severity="error")
    yield from _hyphens(subject)
    for node in hyphenated_members(subject):
        name = subject.source(node)
        fix = Fix("Add back ticks", (Edit(node.span, f"`{name}`"),), safe=False)
        yield subject.finding(node.span, f"`{name}` is a subtraction.", help="Put the name in back ticks.", fix=fix)


def _hyphens(subject: Subject) -> Iterator[Diagnostic]:
    """`a.b-c`, written without blanks, where the field is a dotted name and what follows is a word of its own."""
    for node in subject.operations("-"):
        left, right = node.left, node.right
        if not isinstance(left, Name) or not isinstance(right, Name):
            continue
        together = left.end == node.operator_start and right.start == node.operator_start + 1
        if together and "." in left.name and "." not in right.name and not left.quoted and not right.quoted:
            name = subject.source(node)
            fix = Fix("Add back ticks", (Edit(node.span, f"`{name}`"),), safe=False)
            yield subject.finding(
                node.span,
                f"`{name}` is a subtraction.",
                help="Put a name in back ticks, or blanks around the minus.",
                fix=fix,
            )
