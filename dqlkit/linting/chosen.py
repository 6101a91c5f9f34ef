"""The rules that were chosen, and which of them may have something to say of a text.

Most rules look for something that few texts hold. So rules are sorted once, by the words they want and by the code under
which an earlier stage reports, and each word is looked for once in a text, however many rules want it.
"""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.cached import cached_property
from dqlkit.frozen import frozen
from dqlkit.linting.rule import Rule
from dqlkit.linting.subject import Subject

__all__ = ["Chosen"]


@frozen(slots=False)
class Chosen:
    """`rules` run in their order."""

    rules: tuple[Rule, ...]

    def concerning(self, subject: Subject) -> Sequence[Rule]:
        """The rules that can have findings in a subject."""
        where = subject.language, subject.context
        found = self._sorted.get(where)
        if found is None:
            found = self._sorted[where] = _Sorted([rule for rule in self.rules if rule.applies(*where)])
        return found.concerning(subject)

    @cached_property
    def _sorted(self) -> dict[tuple[str, str], _Sorted]:
        return {}


class _Sorted:
    """Rules by what has to be in a text."""

    def __init__(self, rules: list[Rule]) -> None:
        """Sets of rules are bits of a number here, one for each rule."""
        self.rules = rules
        self.always = sum(1 << n for n, rule in enumerate(rules) if not rule.words and not rule.passes_on)
        self.by_code = {rule.code: 1 << n for n, rule in enumerate(rules)}
        words = sorted({word for rule in rules for word in rule.words})
        self.by_word = [(word, sum(1 << n for n, rule in enumerate(rules) if word in rule.words)) for word in words]
        self._known: dict[int, list[Rule]] = {}

    def concerning(self, subject: Subject) -> Sequence[Rule]:
        text, wanted = subject.lowered, self.always
        for word, rules in self.by_word:
            if word in text:
                wanted |= rules
        for code in subject.codes:
            wanted |= self.by_code.get(code, 0)
        found = self._known.get(wanted)
        if found is None:
            found = self._known[wanted] = [rule for n, rule in enumerate(self.rules) if wanted >> n & 1]
        return found
