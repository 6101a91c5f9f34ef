"""What queries begin with, bound once.

Queries of a team begin alike, and in an editor a text differs in one stage from what it was a key before. So the stages
that a query begins with, up to the first that no text began with, become the very operators that they became before,
with the fields and types that were found then.

A stage is known by its text, with all that stands before it, and by the plan that comes into it, which stands for
everything further up: at such a place that text means the same in every query. Only stages are kept that nothing was
said about, and that hold no sub-query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dqlkit.frozen import frozen
from dqlkit.languages.syntax.references import Word
from dqlkit.languages.syntax.tree import Variable
from dqlkit.plan.flow import blocks
from dqlkit.plan.operators import Operator

__all__ = ["BoundStage", "known", "remember"]

#: Beyond these they are forgotten, and texts longer than that are not kept at all.
_REMEMBERED, _LONGEST = 2048, 2000


@frozen
class BoundStage:
    """A stage that became `plan` over `source`; `text` is what stands between, `words` and `variables` are what was noted
    there."""

    text: str
    source: Operator | None
    plan: Operator | None
    words: tuple[Word, ...]
    variables: tuple[Variable, ...]

    @property
    def operators(self) -> Iterator[Operator]:
        """The operators of the stage, the last one first."""
        operator = self.plan
        while operator is not None and operator is not self.source:
            yield operator
            operator = operator.inputs[0] if operator.inputs else None

    @property
    def can_be_shared(self) -> bool:
        """Whether what follows is all of the plan that there is: no other stream comes in."""
        if self.plan is self.source or len(self.text) > _LONGEST:
            return False
        return not any(len(operator.inputs) > 1 or blocks(operator) for operator in self.operators)


#: The stages by the plan that comes in (which they hold, so that no other one can have its identity) and their text.
_KNOWN: dict[tuple[int, str], BoundStage] = {}


def known(source: Operator | None, text: str) -> BoundStage | None:
    """The stage of that text over a plan."""
    return _KNOWN.get((id(source), text))


def remember(stages: Iterable[BoundStage]) -> None:
    """Keep the stages of a query in which nothing was found, up to the first one that cannot be shared."""
    for stage in stages:
        key = id(stage.source), stage.text
        if key in _KNOWN:
            continue
        if not stage.can_be_shared:
            return
        if len(_KNOWN) >= _REMEMBERED:
            _KNOWN.clear()
        _KNOWN[key] = stage
