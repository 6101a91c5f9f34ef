"""Fields that a condition does not read are computed behind it, for the records that are left.

Before:

    fetch logs | fieldsAdd a = lower(content), b = upper(content) | filter a > "x" | fields b, host

After:

    Project fields={b = upper(content), host}
      Filter condition=greater(a, "x")
        Project fields={content, host, a = lower(content)}
          Scan table=logs
"""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.optimise.cost import is_plain
from dqlkit.optimise.known import Known
from dqlkit.plan.expressions import Call, Column, Expression, walk
from dqlkit.plan.operators import Field, Operator, calls, copied, nodes
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.project import Project

__all__ = ["OF", "change"]

OF = (Filter,)


def change(operator: Filter, known: Known) -> Operator:
    made = operator.source
    if not isinstance(made, Project):
        return operator
    read = {node.name for node in nodes(operator) if isinstance(node, Column)}
    computed = [one for one in made.fields if one.computes]
    if not any(one.name in read for one in computed) or _is_bound(operator, made):
        return operator
    if all(one.name in read or is_plain(one.expression) or _is_shared(one) for one in computed):
        return operator
    before = {one.name: one for one in made.fields if one.name in read or _is_shared(one)}
    needed = {name for one in made.fields if one.name not in before for name in _columns(one.expression)}
    if any(not before[name].copies(name) for name in needed & before.keys()):
        return operator
    passed = [name for name in made.source.schema.fields if name in needed and name not in before]
    below = (*map(copied, passed), *before.values())
    first = replace(made, fields=below, kept=made.kept.intersection(before).union(passed))
    shown = (copied(one.name) if one.name in before else one for one in made.fields)
    return replace(made, source=replace(operator, source=first), fields=tuple(shown))


def _is_bound(filter: Filter, project: Project) -> bool:
    """Whether what is computed depends on when it is, or two fields have one name."""
    own = (*calls(filter), *calls(project))
    return len({field.name for field in project.fields}) < len(project.fields) or any(
        one.function.volatile for one in own
    )


def _is_shared(field: Field) -> bool:
    """Whether a field is computed together with others."""
    calls = (node.function for node in walk(field.expression) if isinstance(node, Call))
    return any(one.together is not None for one in calls)


def _columns(expression: Expression) -> set[str]:
    return {node.name for node in walk(expression) if isinstance(node, Column)}
