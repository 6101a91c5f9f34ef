"""P004."""

from __future__ import annotations

from dqlkit.languages.dql.tree import Pipeline
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.shape import final_fields
from dqlkit.linting.subject import Subject


@rule("P004", "slo-or-guardian-shape", severity="warning", contexts=("slo",))
def slo_or_guardian_shape(subject: Subject) -> Findings:
    """The indicator of an objective without the field `sli`.

    What: The query of a service-level objective says how it went in the field `sli`.
    Why: Without it the objective has no value.
    Bad: `timeseries good = sum(dt.service.request.count), by:{dt.service.name} | fields dt.service.name, rate = good[]`
    Good: `timeseries good = sum(dt.service.request.count), by:{dt.service.name} | fields dt.service.name, sli = good[]`
    """
    tree = subject.parsed.tree
    names = final_fields(subject)
    if names is not None and "sli" not in names and isinstance(tree, Pipeline):
        yield subject.finding(tree.commands[-1].span, "The query brings no field `sli`.", help="Name the value `sli`.")
