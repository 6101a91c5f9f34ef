"""Optimising: a core plan becomes another one that answers the same and costs less.

A plan is gone over from its sources up. Each operator, once it is over changed inputs, is offered to the rewrites one after
the other, and that is repeated until nothing changes anything more.

A file in this folder that defines `change` is a rewrite: a function of an operator, of the kinds that `OF` names, and of
what is known of the plan (`known.py`), which returns the operator itself where it finds nothing to do. Those go first that
leave less to do for the others, which their `TURN` says. A rewrite that needs the plan as a whole defines `rewrite` in place
of `change`. A docstring holds a query, `Before:`, and the plan that is made of it, `After:`; tests run both.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from itertools import cycle, islice

from dqlkit.frozen import frozen
from dqlkit.optimise.known import Known
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Operator

__all__ = ["Optimised", "Rewrite", "optimise", "rewrites", "rewritten"]

#: When a rewrite is tried whose file does not say it.
_LATER = 9

#: A plan is gone over so often at most. Two or three times are usual.
_ROUNDS = 8


@frozen
class Optimised:
    """The plan, and the rewrites that changed it, by name."""

    plan: Operator
    applied: tuple[str, ...] = ()


@frozen
class Rewrite:
    """`change` is offered the operators of these `kinds`; without kinds it is given the plan as a whole."""

    name: str
    change: Callable[..., Operator]
    kinds: tuple[type[Operator], ...] = ()


def optimise(plan: Operator, facts: Mapping[str, Facts]) -> Optimised:
    """The plan after all rewrites. `facts` are those of the tables by name."""
    known, tried = Known(plan, facts), rewrites().values()
    steps = [[one for one in tried if one.kinds], *([one] for one in tried if not one.kinds)]
    applied: set[str] = set()
    idle = 0  # how many steps in a row changed nothing
    for step in islice(cycle(steps), _ROUNDS * len(steps)):
        made = rewritten(known, step, applied)
        idle = idle + 1 if made is known.plan else 0
        if idle == len(steps):
            break
        known = known if idle else known.after(made)
    return Optimised(known.plan, tuple(one.name for one in tried if one.name in applied))


def rewritten(known: Known, step: Sequence[Rewrite], applied: set[str]) -> Operator:
    """The plan after rewrites of operators, or after one of whole plans; the names of those that change it are added to
    `applied`."""

    def offered(operator: Operator) -> Operator:
        for one in step:
            if isinstance(operator, one.kinds):
                made = one.change(operator, known)
                if made is not operator:
                    operator = made
                    applied.add(one.name)
        return operator

    if step[0].kinds:
        return known.changed(offered)
    made = step[0].change(known)
    if made is not known.plan:
        applied.add(step[0].name)
    return made


@cache
def rewrites() -> Mapping[str, Rewrite]:
    """Every rewrite by the name of its file."""
    names = (
        os.path.splitext(file)[0] for file in sorted(os.listdir(os.path.dirname(__file__))) if file.endswith(".py")
    )
    modules = {name: import_module(f"{__name__}.{name}") for name in names if name != "__init__"}
    ordered = sorted(modules.items(), key=lambda item: getattr(item[1], "TURN", _LATER))
    found = (
        Rewrite(name, module.change, module.OF) if hasattr(module, "OF") else Rewrite(name, module.rewrite)
        for name, module in ordered
        if hasattr(module, "OF") or hasattr(module, "rewrite")
    )
    return {one.name: one for one in found}
