"""The rules that were chosen, and which of them may have something to say of a text.

Most rules look for something that few texts hold. So rules are sorted once, by the words they want and by the code under
which an earlier stage reports, and each word is looked for once in a text, however many rules want it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

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
        self.rules = rules
        self.always = {n for n, rule in enumerate(rules) if not rule.words and not rule.passes_on}
        self.by_code = {rule.code: n for n, rule in enumerate(rules)}
        words = sorted({word for rule in rules for word in rule.words})
        self.by_word = {word: [n for n, rule in enumerate(rules) if word in rule.words] for word in words}
        self._known: dict[tuple[str, ...], list[Rule]] = {}

    def concerning(self, subject: Subject) -> Sequence[Rule]:
        text = subject.lowered
        held = (*[word for word in self.by_word if word in text], *subject.codes)
        found = self._known.get(held)
        if found is None:
            found = self._known[held] = self._wanting(held)
        return found

    def _wanting(self, held: Iterable[str]) -> list[Rule]:
        """The rules for texts that hold these words and had findings under these codes."""
        found = self.always.copy()
        for one in held:
            found.update(self.by_word.get(one, ()))
            found.update([self.by_code[one]] if one in self.by_code else ())
        return [self.rules[n] for n in sorted(found)]
