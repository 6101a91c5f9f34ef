"""B008."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dqlkit.diagnostics import Diagnostic, Span
from dqlkit.frozen import replace
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Binary, Boolean, Expression, Hole, Name, Number, String
from dqlkit.linting.conditions import Test, bare, compares, conditions, filters, neighbours, operands, test
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_LITERALS = (String, Number, Boolean)


@rule("B008", "constant-condition", severity="warning")
def constant_condition(subject: Subject) -> Findings:
    """A condition that is always true, or never.

    What: A field compared with itself, two constants with one another, `true` or `false` as a condition or joined to
    one, two different values that one field has to have (`and`) or may not have (`or`), or bounds that leave nothing.
    Filters that follow one another are taken together. Outside of filters a constant is an info.
    Why: The filter keeps everything or nothing, and is not the one that was meant.
    Bad: `fetch logs, from:-1h | filter status == "ERROR" and status == "WARN" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter in(status, "ERROR", "WARN") | summarize n = count()`
    """
    inner: set[int] = set()
    for node in subject.every(Binary):
        if node.operator in ("and", "or"):
            sides = (bare(node.left), bare(node.right))
            inner.update(id(side) for side in sides if isinstance(side, Binary) and side.operator == node.operator)
            if any(isinstance(side, Boolean) for side in sides) and not any(isinstance(side, Hole) for side in sides):
                yield _constant(subject, node, "One side is a constant.", "Keep the other side, or neither.")
            if id(node) not in inner:  # parents come first
                for name, tests in _tests(operands(node, node.operator)).items():
                    yield from _contradiction(subject, node.span, node.operator, name, tests)
        elif (type(bare(node.left)) is Name) is (type(bare(node.right)) is Name) and compares(node.operator):
            yield from _of_constants(subject, node)
    for condition in conditions(subject):
        if isinstance(bare(condition), Boolean):
            yield subject.finding(condition.span, "The filter keeps everything or nothing.", help="Remove it.")
    for _, first, other, second in neighbours(subject):
        yield from _one_after_another(subject, first, other, second)


def _of_constants(subject: Subject, node: Binary) -> Iterator[Diagnostic]:
    """A field compared with itself; constants compared, where no text may be meant to hold a variable."""
    left, right = bare(node.left), bare(node.right)
    if isinstance(left, Name):
        if isinstance(right, Name) and left.name == right.name:
            message = f"`{left.name}` is compared with itself."
            yield subject.finding(node.span, message, help="Compare it with something else.")
    elif isinstance(left, _LITERALS) and isinstance(right, _LITERALS) and "$" not in subject.source(node):
        yield _constant(subject, node, "Constants are compared.", "Compare a field with one of them.")


def _constant(subject: Subject, node: Binary, message: str, help: str) -> Diagnostic:
    """A warning in a filter; elsewhere a constant costs no records, so it is an info."""
    found = subject.finding(node.span, message, help=help)
    within = (command.start <= node.start < command.end for command in filters(subject))
    return found if any(within) else replace(found, severity="info")


def _tests(joined: Iterable[Expression]) -> dict[str, list[Test]]:
    """Comparisons with constants by field."""
    tests: dict[str, list[Test]] = {}
    for operand in joined:
        found = test(operand)
        if found is not None:
            tests.setdefault(found.field, []).append(found)
    return tests


def _one_after_another(subject: Subject, first: Expression, other: Command, second: Expression) -> Iterator[Diagnostic]:
    """A filter that leaves nothing of what the one before it keeps."""
    before, after = _tests(operands(first, "and")), _tests(operands(second, "and"))
    for name in before.keys() & after.keys():
        alone = (before[name], after[name])
        if not any(True for tests in alone for _ in _contradiction(subject, other.span, "and", name, tests)):
            yield from _contradiction(subject, other.span, "and", name, [*before[name], *after[name]])


def _contradiction(subject: Subject, span: Span, operator: str, name: str, tests: list[Test]) -> Iterator[Diagnostic]:
    """Tests of one field that exclude one another (`and`), or that one of always holds (`or`)."""
    if len(tests) < 2:
        return
    needed = "==" if operator == "and" else "!="
    values = {(type(one.value), one.value) for one in tests if one.operator == needed}
    if len(values) > 1 and len({kind for kind, _ in values}) == 1:
        outcome = "never true" if needed == "==" else "true for every record that has the field"
        help = f"Use `in({name}, …)`." if needed == "==" else f"Use `not in({name}, …)`."
        yield subject.finding(span, f"The tests of `{name}` together are {outcome}.", help=help)
    elif operator == "and" and _empty(tests):
        yield subject.finding(span, f"No value of `{name}` is within these bounds.", help="Turn one of them round.")


def _empty(tests: list[Test]) -> bool:
    """Whether bounds leave no number."""
    numbers = [(one.operator, one.value) for one in tests if type(one.value) in (int, float)]
    lower = [(value, operator == ">") for operator, value in numbers if operator in (">", ">=")]
    upper = [(value, operator == "<") for operator, value in numbers if operator in ("<", "<=")]
    if not lower or not upper:
        return False
    (low, above), (high, below) = max(lower), min(upper, key=lambda bound: (bound[0], not bound[1]))
    return float(low) > float(high) or (low == high and (above or below))
