"""C011."""

from __future__ import annotations

from dataclasses import replace

from dqlkit.linting.orders import AGGREGATES
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import scans
from dqlkit.linting.subject import Subject

_NARROWING = AGGREGATES | {"fields", "fieldskeep", "fieldsremove"}


@rule(
    "C011",
    "wide-result",
    severity="warning",
    weight=1,
    contexts=("file", "notebook", "workflow-task", "dashboard-tile"),
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
        names = {command.name.name.lower() for command in scan.pipeline.commands}
        if (
            scan.pipeline is subject.parsed.tree
            and not names & _NARROWING
            and not any(c.hole for c in scan.pipeline.commands)
        ):
            help = "Name the ones needed with `fields`."
            found = subject.finding(scan.fetch.span, "All fields are returned.", help=help)
            # A notebook is where records are looked at.
            yield replace(found, severity="info") if subject.context == "notebook" else found
