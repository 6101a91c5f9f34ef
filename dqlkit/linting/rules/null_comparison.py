"""B014."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix
from dqlkit.functions.boolean import is_not_null, is_null
from dqlkit.languages.syntax.tree import Binary, Null
from dqlkit.linting.conditions import bare
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("B014", "null-comparison", severity="error", words=("null",))
def null_comparison(subject: Subject) -> Findings:
    """A comparison with `null`.

    What: `x == null` and `x != null` are null themselves, whatever `x` is, and no value is `in` a list by being null.
    Why: No record passes such a filter.
    Bad: `fetch logs, from:-1h | filter host.name != null | summarize n = count()`
    Good: `fetch logs, from:-1h | filter isNotNull(host.name) | summarize n = count()`
    """
    for node in subject.every(Binary) if subject.every(Null) else ():
        left, right = bare(node.left), bare(node.right)
        if node.operator not in ("==", "!=") or (not isinstance(right, Null) and not isinstance(left, Null)):
            continue
        function = is_null if node.operator == "==" else is_not_null
        meant = f"{function.name}({subject.source(left if isinstance(right, Null) else right)})"
        fix = Fix(f"Write `{function.name}()`", (Edit(node.span, meant),), safe=False)
        yield subject.finding(node.span, "A comparison with `null` is never true.", help=f"Write `{meant}`.", fix=fix)
    for call in subject.calls("in"):
        for argument in call.arguments[1:]:
            if isinstance(bare(argument.value), Null):
                help = "Test with `isNull()` as well."
                yield subject.finding(argument.span, "No value is equal to `null`.", help=help)
