"""V005."""

from __future__ import annotations

import re

from dqlkit.languages.syntax.tree import Variable
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("V005", "variable-cycle", severity="warning", contexts=("dashboard-variable",))
def variable_cycle(subject: Subject) -> Findings:
    """Variables that wait for each other.

    What: A variable's query uses a variable whose query, directly or through others, uses the first one.
    Why: Neither can be filled.
    Bad: `fetch logs | filter host.name == $Service | fields host.name`
    Good: `fetch logs | filter host.name == $Region | fields host.name`
    Note: The examples fill the variable `$Host`, which the query of `$Service` uses; `$Region` is a list.
    """
    own = subject.document.variable
    for node in subject.every(Variable):
        if own in _needed(subject, node.name):
            yield subject.finding(node.span, f"`${node.name}` needs `${own}` in turn.", help="Break the circle.")


def _needed(subject: Subject, name: str) -> set[str]:
    """The variables that filling one takes, itself included."""
    known = subject.document.variables or {}
    needed: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in needed:
            needed.add(current)
            waiting += re.findall(r"\$(\w+)", known[current].query) if current in known else []
    return needed
