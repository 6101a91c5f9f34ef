"""V008."""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.languages.dql.tree import Pipeline
from dqlkit.languages.syntax.tree import Variable, walk
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("V008", "tile-structure", severity="info", contexts=("dashboard-tile",))
def tile_structure(subject: Subject) -> Findings:
    """A tile with a timeframe of its own.

    What: `from:`, `to:` or `timeframe:` in the source of a tile, unless it asks for `$dt_timeframe_from` or `…_to`.
    Why: The timeframe that is picked for the dashboard does not reach the tile; where that is meant it is fine.
    Bad: `fetch logs, from:-1h | summarize n = count()`
    Good: `fetch logs | summarize n = count()`
    """
    tree = subject.parsed.tree
    if isinstance(tree, Pipeline) and tree.commands:
        for argument in tree.commands[0].arguments:
            asked = any(isinstance(n, Variable) and n.name.startswith("dt_timeframe_") for n in walk(argument))
            if argument.name is not None and argument.name.name.lower() in ("from", "timeframe") and not asked:
                found = subject.finding(argument.span, "The tile does not follow the dashboard's timeframe.")
                yield replace(found, help=f"Leave `{argument.name.name}` out, unless that is meant.")
