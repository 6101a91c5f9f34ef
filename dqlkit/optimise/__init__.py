"""Optimising: a core plan becomes another one that answers the same and costs less.

A file in this folder that defines `rewrite` is a rewrite: a function of a plan and what is known of it (`known.py`), which
returns the plan itself where it finds nothing to do. Its docstring holds a query, `Before:`, and the plan that it makes
of it, `After:`; tests run both. Rewrites are tried until none of them changes anything more; those go first that make
plans small for the others, which their `TURN` says.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from itertools import cycle, islice
from typing import TypeAlias

from dqlkit.frozen import frozen
from dqlkit.optimise.known import Known
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Operator

__all__ = ["Optimised", "Rewrite", "optimise", "rewrites"]

Rewrite: TypeAlias = Callable[[Known], Operator]

#: When a rewrite is tried whose file does not say it.
_LATER = 9

#: A plan is gone over so often at most. Two or three times are usual.
_ROUNDS = 8


@frozen
class Optimised:
    """The plan, and the rewrites that changed it, by name."""

    plan: Operator
    applied: tuple[str, ...] = ()


def optimise(plan: Operator, facts: Mapping[str, Facts]) -> Optimised:
    """The plan after all rewrites. `facts` are those of the tables by name."""
    known = Known.of(plan, facts)
    applied: dict[str, None] = {}
    tried = rewrites()
    idle = 0  # how many rewrites in a row changed nothing
    for name, rewrite in islice(cycle(tried.items()), _ROUNDS * len(tried)):
        made = rewrite(known)
        idle = idle + 1 if made is known.plan else 0
        if made is not known.plan:
            applied[name] = None
            known = known.after(made)
        if idle == len(tried):
            break
    return Optimised(known.plan, tuple(applied))


@cache
def rewrites() -> Mapping[str, Rewrite]:
    """Every rewrite by the name of its file."""
    names = (
        os.path.splitext(file)[0] for file in sorted(os.listdir(os.path.dirname(__file__))) if file.endswith(".py")
    )
    modules = {name: import_module(f"{__name__}.{name}") for name in names if name != "__init__"}
    ordered = sorted(modules.items(), key=lambda item: getattr(item[1], "TURN", _LATER))
    return {name: module.rewrite for name, module in ordered if hasattr(module, "rewrite")}
