"""B018."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.objects import data_object, meant
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import declared, stage
from dqlkit.linting.subject import Subject
from dqlkit.plan.ops.fetch import Fetch


@rule("B018", "unknown-data-object", severity="warning", words=("fetch",))
def unknown_data_object(subject: Subject) -> Findings:
    """`fetch` of a name that another data object, or a command, is known by.

    What: The service has `logs`, `spans`, `user.sessions` and others, and no `log`, `traces`, `usersessions`.
    Why: It refuses the query. Locally a table may have any name, so this is no error.
    Bad: `fetch usersessions, from:-1h | summarize n = count()`
    Good: `fetch user.sessions, from:-1h | summarize n = count()`
    """
    for command in subject.commands():
        operator = stage(subject, command)
        if not isinstance(operator, Fetch) or not command.arguments or operator.table in (subject.schema or {}):
            continue
        name, span = operator.table, command.arguments[0].value.span
        known = commands.find(name)
        if known is declared(command) or (data_object(name).command and not data_object(name).deprecated):
            continue
        if known is not None and known.starting:
            written = Span(command.start, span.end)
            fix = Fix(f"write `{known.name}`", (Edit(written, known.name),), safe=False)
            message = f"`{name}` is a command of its own, not a data object."
            yield subject.finding(span, message, help=f"Write `{known.name} …` without `fetch`.", fix=fix)
        elif meant(name):
            fix = Fix(f"write `{meant(name)}`", (Edit(span, meant(name)),), safe=False)
            yield subject.finding(span, f"There is no data object `{name}`.", help=f"Write `{meant(name)}`.", fix=fix)
