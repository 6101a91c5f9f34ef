"""E013."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix
from dqlkit.frozen import replace
from dqlkit.languages.syntax.tree import Duration, Number
from dqlkit.linting.placeholders import settled
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_RATIOS = (1, 10, 100, 1000, 10000)


@rule("E013", "parameter-value", severity="error", languages=("dql", "adql"))
def parameter_value(subject: Subject) -> Findings:
    """A value that the parameter does not take.

    What: A value of the wrong type or outside of its limits, an unknown word of an enumeration, a field where a
    constant is wanted, `@` with a number of units that does not divide the next larger one, or a unit of time in words.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | fieldsAdd slot = timestamp@7m | fields slot, content`
    Good: `fetch logs, from:-1h | fieldsAdd slot = timestamp@10m | fields slot, content`
    """
    yield from settled(subject)
    for command in subject.commands("fetch"):
        for argument in command.arguments:
            ratio = argument.value
            named = argument.name is not None and argument.name.name.lower() == "samplingratio"
            if named and isinstance(ratio, Number) and ratio.value not in _RATIOS:
                message = f"`samplingRatio` is 1, 10, 100, 1000 or 10000, not `{subject.source(ratio)}`."
                found = subject.finding(ratio.span, message, help="Take one of them.")
                yield replace(found, severity="warning")  # the service rounds it
    for duration in subject.every(Duration) if subject.language == "dql" else ():
        if len(duration.unit) > 2:  # written out: all of them begin with the short one
            short = f"{duration.amount}{duration.unit[0]}"
            fix = Fix(f"Write `{short}`", (Edit(duration.span, short),))
            message = f"`{duration.unit}` is no unit everywhere."
            found = subject.finding(duration.span, message, help=f"Write `{short}`.", fix=fix)
            yield replace(found, severity="info")  # documentation and published queries have them too
