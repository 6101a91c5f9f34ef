"""Fields that no later stage reads are not computed.

Before:

    fetch logs | fieldsAdd a = lower(content), b = upper(content) | filter a != host | summarize n = count(), by:{a}

After:

    Aggregate keys={a} values={n = count()}
      Filter condition=notEquals(a, host)
        Project fields={host, a = lower(content)}
          Scan table=logs
"""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.optimise.known import Known
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.project import Project

__all__ = ["OF", "change"]

OF = (Project,)

#: What it leaves out, no other rewrite has to look at.
TURN = 1


def change(operator: Project, known: Known) -> Operator:
    wanted = known.wanted
    if wanted is None:
        return operator
    used = tuple(field for field in operator.fields if field.name in wanted)
    return replace(operator, fields=used) if len(used) < len(operator.fields) else operator
