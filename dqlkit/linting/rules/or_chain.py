"""C008."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.syntax.tree import Binary, Expression, Name, Number, String
from dqlkit.linting.conditions import bare, null_is_false, operands
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_LONG = 3


@rule("C008", "or-chain", severity="warning", weight=1)
def or_chain(subject: Subject) -> Findings:
    """Many values of one field, joined by `or`.

    What: Three or more comparisons of one field with texts or numbers.
    Why: `in()` says the same in one test.
    Bad: `fetch logs, from:-1h | filter status == "ERROR" or status == "WARN" or status == "FATAL" | fields status`
    Good: `fetch logs, from:-1h | filter in(status, "ERROR", "WARN", "FATAL") | fields status`
    """
    chains = subject.operations("or")
    inner = {id(bare(side)) for node in chains for side in (node.left, node.right)}
    for node in chains:
        if id(node) in inner:
            continue
        tests = [_equality(operand) for operand in operands(node, "or")]
        names = {test[0].name for test in tests if test is not None}
        if len(tests) >= _LONG and None not in tests and len(names) == 1:
            field, _ = tests[0] or (None, None)
            values = ", ".join(subject.source(test[1]) for test in tests if test is not None)
            meant = f"in({subject.source(field) if field else ''}, {values})"
            comments = any(node.start <= comment.start < node.end for comment in subject.parsed.comments)
            safe = node.span in null_is_false(subject)  # `in()` is false where a comparison is null
            fix = None if comments else Fix("Write `in()`", (Edit(node.span, meant),), safe)
            yield subject.finding(
                node.span, f"`{names.pop()}` is compared {len(tests)} times.", help=f"Write `{meant}`.", fix=fix
            )


def _equality(node: Expression) -> tuple[Name, String | Number] | None:
    if isinstance(node, Binary) and node.operator == "==":
        left, right = bare(node.left), bare(node.right)
        if isinstance(left, Name) and isinstance(right, (String, Number)):
            return left, right
    return None
