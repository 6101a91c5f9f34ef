"""Finds the captures of a pattern in whole columns, by the simplest regular expression that is right for the texts.

A shorter expression is often faster by half: one without the lazy matcher at its start, one that knows only the usual form of a
value, or none at all for texts that lack a constant text. Texts for which the shorter one is not enough get the whole one.
"""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.frozen import frozen
from dqlkit.functions.lazy import pl
from dqlkit.languages.dpl.lazy import Lazy
from dqlkit.languages.dpl.program import Literal, Node
from dqlkit.languages.dpl.regular import Shape, Writer

__all__ = ["Groups", "replaced"]

#: So many texts of a column are looked at for what most of them are like.
_FIRST = 200


class Groups:
    """The groups of a pattern that starts with the text: its captures, an empty one where all of it was met, and one of what
    is behind that if `goes_on`. `later` says that the texts begin inside of others."""

    def __init__(self, nodes: Sequence[Node], *, later: bool = False, goes_on: bool = False) -> None:
        writer, behind = Writer(prefix=True, later=later), "((?s:.)*)" if goes_on else ""
        self._whole = _expression(nodes, writer, behind)
        self.limit, self.captures = writer.limit, tuple(writer.captures)
        self._usual = _expression(nodes, Writer(prefix=True, later=later, usual=True), behind)
        self._needed = max((n.text for n in nodes if isinstance(n, Literal) and not n.nullable), key=len, default="")

    def of(self, texts: pl.Series) -> pl.Series:
        """The groups of each text as a struct."""
        texts = self._possible(texts)
        if self._usual == self._whole or not self._is_usual(texts.head(_FIRST)):
            return self._whole.groups(texts)
        found = self._usual.groups(texts)
        left = ~self._met(found) & texts.str.contains(self._needed, literal=True).fill_null(False)
        return replaced(found, left, self._whole.groups(texts.filter(left))) if left.any() else found

    def _is_usual(self, texts: pl.Series) -> bool:
        """Whether most texts are of the usual form."""
        return bool(self._met(self._usual.groups(texts)).sum() * 2 > len(texts))

    def _met(self, groups: pl.Series) -> pl.Series:
        return groups.struct.field(str(len(self.captures) + 1)).is_not_null()

    def _possible(self, texts: pl.Series) -> pl.Series:
        """The texts that hold the constant text which the pattern needs, the others null: looking for it takes a tenth of
        looking for the pattern. Where most of the first ones hold it, it is not looked for."""
        first = texts.head(_FIRST).str.contains(self._needed, literal=True)
        if not self._needed or first.sum() * 2 > len(first):
            return texts
        held = pl.col("text").str.contains(self._needed, literal=True)
        return texts.to_frame("text").select(pl.when(held).then("text")).to_series()


def replaced(column: pl.Series, rows: pl.Series, by: pl.Series) -> pl.Series:
    """The column with other values in some rows."""
    order = pl.concat([(~rows).arg_true(), rows.arg_true()])
    return pl.concat([column.filter(~rows), by]).gather(order.arg_sort())


@frozen
class _Expression:
    """An expression for the start of a text. `anywhere` is one without the lazy matcher at its start, which is looked for
    from the second character on: right wherever the rest is met first, but where `lines` only for texts of one line.
    `sought` is a constant text that the rest begins with, so that one that does not start with it needs no second character.
    """

    regex: str
    anywhere: str = ""
    lines: bool = False
    sought: str = ""

    def groups(self, texts: pl.Series) -> pl.Series:
        if not self.anywhere or (self.lines and texts.str.contains("\n", literal=True).any()):
            return texts.str.extract_groups(self.regex)
        if self.sought and texts.str.starts_with(self.sought).any():
            return texts.str.extract_groups(f"(?s:.){self.anywhere}")
        return texts.str.extract_groups(self.anywhere)


def _expression(nodes: Sequence[Node], writer: Writer, behind: str) -> _Expression:
    regex, first = writer.whole(nodes, behind), nodes[0] if nodes else None
    if not isinstance(first, Lazy) or first.slot or first.maybe or first.least > 1 or first.most <= 1000:
        return _Expression(regex)
    shape: Shape = first.regular(Writer(prefix=True))
    lines = first.characters.regex == r"[^\x0a]"
    if not shape.open or not (lines or first.characters.regex == r"[\s\S]"):
        return _Expression(regex)
    anywhere = regex[1 + len(shape.regex) :]
    if not first.least:
        return _Expression(regex, anywhere, lines)
    second = nodes[1]
    if isinstance(second, Literal) and (second.least, second.most) == (1, 1):
        return _Expression(regex, anywhere, lines, second.text)
    return _Expression(regex, f"(?s:.){anywhere}", lines)
