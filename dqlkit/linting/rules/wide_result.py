"""C011."""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.languages.dql.tree import Command
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import scans
from dqlkit.linting.stages import stages
from dqlkit.linting.subject import Subject
from dqlkit.plan.ops.choose import Choose


@rule(
    "C011",
    "wide-result",
    severity="info",
    weight=1,
    contexts=("file", "notebook", "workflow-task", "dashboard-tile"),
    words=("fetch",),
)
def wide_result(subject: Subject) -> Findings:
    """Records returned with all of their fields.

    What: The query ends without `fields`, `fieldsKeep` or an aggregation.
    Why: Every field of every record is read and sent, though a few are looked at.
    Bad: `fetch logs, from:-1h | filter status == "ERROR"`
    Good: `fetch logs, from:-1h | filter status == "ERROR" | fields timestamp, content`
    """
    unread = any(diagnostic.severity == "error" for diagnostic in subject.found)
    for scan in () if unread else scans(subject):
        if scan.pipeline is subject.parsed.tree and not any(_narrows(subject, c) for c in scan.pipeline.commands):
            help = "Name the ones needed with `fields`."
            found = subject.finding(scan.fetch.span, "All fields are returned.", help=help)
            # A notebook is where records are looked at.
            yield replace(found, severity="info") if subject.context == "notebook" else found


def _narrows(subject: Subject, command: Command) -> bool:
    """Whether a command leaves fields out, or it is not known whether it does."""
    operators = stages(subject, command)
    return not operators or any(isinstance(one, Choose) or (one.inputs and one.closes) for one in operators)
