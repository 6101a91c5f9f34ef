"""Runs patterns on whole columns of texts.

One regular expression finds all captures of a column at once; the matchers' columns turn them into values. Where the
expression may be wrong for a record (its text is longer than the expression counts, or a value was found that its
matcher may refuse), the matcher decides: `slow` gets the texts of these few records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.cached import cached_property
from dqlkit.frozen import frozen, replace
from dqlkit.functions.lazy import pl
from dqlkit.languages.dpl.groups import Groups, replaced
from dqlkit.languages.dpl.program import Clock, Endless, Node, Place
from dqlkit.languages.dpl.regular import Capture, NotRegular, Writer, flat

if TYPE_CHECKING:
    from dqlkit.languages.dpl.pattern import Pattern

__all__ = ["Columns", "Entirely", "Inner", "Read", "Search"]

Slow: TypeAlias = "Callable[[pl.Series], pl.Series]"
"""Runs the matcher on the texts of some records."""


@frozen
class Read:
    """What was read of each text: `values` by name, which texts matched (`whole`), for which that is `doubtful`, and what
    is behind the match, where that is wanted."""

    values: Mapping[str, pl.Series]
    whole: pl.Series
    doubtful: pl.Series
    rest: pl.Series


Inner: TypeAlias = "Callable[[Node, pl.Series, Clock], Read]"
"""Reads what starts each text: a document, or a loop."""


class Columns:
    """A pattern from the start of each text.

    Where a document or a loop ends is known only when it is read: what follows is a pattern of its own, `then`, over the
    texts behind it. `later` says that the texts begin inside of others, `goes_on` that what is behind the match is wanted.
    """

    def __init__(
        self, nodes: Sequence[Node], exports: Iterable[str] = (), *, later: bool = False, goes_on: bool = False
    ) -> None:
        self.exports = tuple(exports)
        nodes = flat(nodes) if goes_on else _needed(nodes)
        cut = next((k for k, node in enumerate(nodes, 1) if isinstance(node, Endless)), len(nodes))
        self.then = Columns(nodes[cut:], later=True, goes_on=goes_on) if cut < len(nodes) else None
        last = nodes[cut - 1] if cut else None
        self.inner = last if isinstance(last, Endless) else None
        self._groups = Groups(nodes[:cut], later=later, goes_on=goes_on and self.inner is None)
        self.limit, self.captures = self._groups.limit, self._groups.captures
        own = [one.slot for one in self.captures[: -1 if self.inner else None] if one.slot]
        self._own, self.names = dict.fromkeys(own), {*own, *(self.inner.names if self.inner else ())}
        behind = self.then.names if self.then else set()
        if self.inner and (goes_on or self.then) and not self.inner.tells_end:
            raise NotRegular("what follows a document begins where that ends")
        if not set(self.exports) <= self.names | behind or self.names & behind:
            raise NotRegular("an export has no group of its own")
        self.names |= behind

    def run(
        self, texts: pl.Series, clock: Clock, slow: Slow | None, single: bool, inner: Inner | None = None
    ) -> pl.Series:
        """The exports of each text as a struct (the one export itself where `single`), null where it does not match, and
        in doubt if there is no `slow`."""
        read = self.read(texts, clock, inner)
        values = {name: pl.col(f"in {name}") for name in self.exports}
        held = pl.DataFrame([read.whole.alias("whole"), *(read.values[name].alias(f"in {name}") for name in values)])
        found = next(iter(values.values())) if single else _struct(values)
        made = held.select(pl.when("whole").then(found).alias("value")).to_series()
        return _mixed(made, texts, read.doubtful, slow)

    def read(self, texts: pl.Series, clock: Clock, inner: Inner | None = None) -> Read:
        """What is read of each text."""
        groups = self._groups.of(texts)
        table = _read(texts, groups, self.captures, self.limit, clock)
        whole, doubtful = table["whole"], table["doubtful"].fill_null(False)
        rest = groups.struct.field(groups.struct.fields[-1])
        values = {name: table.select(_value_of(name, self.captures)).to_series() for name in self._own}
        if self.inner is not None:
            assert inner is not None
            found = inner(self.inner, table[f"g{len(self.captures)}"], clock)
            whole, doubtful, rest = whole & found.whole, doubtful | found.doubtful, found.rest
            values |= found.values
        if self.then is not None:
            found = self.then.read(rest, clock, inner)
            whole, doubtful, rest = whole & found.whole, doubtful | found.doubtful, found.rest
            values |= found.values
        return Read(values, whole, doubtful, rest)

    @cached_property
    def written(self) -> Columns | None:
        """The same for what `toString` says of the one export; None where columns cannot tell."""
        if self.inner or len(self.exports) != 1 or not all(one.written for one in self.captures if one.slot):
            return None
        made = copy(self)
        made.captures = tuple(replace(one, reader=one.written) if one.slot else one for one in self.captures)
        return made

    def documents(self, texts: pl.Series, clock: Clock) -> tuple[pl.Series, pl.Series]:
        """Each text from where the document starts, null where there is none; and for which texts that is in doubt."""
        read = _read(texts, self._groups.of(texts), self.captures, self.limit, clock)
        return read[f"g{len(self.captures)}"], read["doubtful"].fill_null(False)


class Entirely:
    """A pattern from the start to the end of each text."""

    def __init__(self, pattern: Pattern) -> None:
        writer = Writer()
        self.regex = writer.whole([*flat([pattern.root]), Place("the end", lambda text, at: at == len(text), r"\z")])
        self.limit, self.captures = writer.limit, tuple(writer.captures)

    def holds(self, texts: pl.Series, clock: Clock, slow: Slow) -> pl.Series:
        """Whether each text matches."""
        read = _read(texts, texts.str.extract_groups(self.regex), self.captures, self.limit, clock)
        made = read.select(pl.when(pl.col("text").is_not_null()).then("whole").alias("value")).to_series()
        return _mixed(made, texts, read["doubtful"], slow)


class Search:
    """A pattern that is looked for anywhere in each text."""

    def __init__(self, pattern: Pattern) -> None:
        writer = Writer(searching=True)
        self.regex = writer.found(flat([pattern.root]))
        self.limit, self.captures = writer.limit, tuple(writer.captures)
        self.doubts = "|".join(writer.doubts)
        self.exports = pattern.exports
        # What is found is read once more by itself, where the end of the text would be its own.
        self.finds_values = bool(self.exports) and r"\z" not in self.regex and _complete(self.exports, self.captures)

    def values(self, texts: pl.Series, clock: Clock, slow: Slow) -> pl.Series:
        """The arrays of what `parseAll` finds in each text."""
        group = pl.element().str.extract_groups(f"^(?:{self.regex})")
        values = {
            name: pl.coalesce(
                _value(group.struct.field(str(k)), capture, clock)
                for k, capture in enumerate(self.captures, 1)
                if capture.slot == name
            )
            for name in self.exports
        }
        made = next(iter(values.values())) if len(values) == 1 else _struct(values)
        found = texts.str.extract_all(self.regex).list.eval(made)
        return _mixed(found, texts, self._doubtful(texts), slow)

    def replace(self, texts: pl.Series, replacement: str, slow: Slow) -> pl.Series:
        """The texts with the replacement for every match."""
        made = texts.str.replace_all(self.regex, replacement.replace("$", "$$"))
        return _mixed(made, texts, self._doubtful(texts), slow)

    def split(self, texts: pl.Series, slow: Slow) -> pl.Series:
        """The pieces between matches; no piece at all of an empty text."""
        doubtful = self._doubtful(texts) | texts.str.contains(_MARK, literal=True)
        made = texts.str.replace_all(self.regex, _MARK).str.split(_MARK)
        made = (
            made.to_frame("made")
            .with_columns(texts.alias("text"))
            .select(pl.when(pl.col("text") == "").then(pl.lit([], pl.List(pl.String))).otherwise(pl.col("made")))
            .to_series()
        )
        return _mixed(made, texts, doubtful, slow)

    def _doubtful(self, texts: pl.Series) -> pl.Series:
        long = texts.str.len_bytes() > self.limit
        return long | texts.str.contains(self.doubts) if self.doubts else long


_MARK = "\ue000"


def _mixed(fast: pl.Series, texts: pl.Series, doubtful: pl.Series, slow: Slow | None) -> pl.Series:
    """The fast column with the records in doubt replaced by what the matcher says."""
    doubtful = doubtful.fill_null(False)
    if not doubtful.any():
        return fast
    if slow is None:
        return fast.set(doubtful, None)
    return replaced(fast, doubtful, slow(texts.filter(doubtful)))


def _read(texts: pl.Series, groups: pl.Series, captures: Sequence[Capture], limit: int, clock: Clock) -> pl.DataFrame:
    """The texts captured (`g1`, …) and their values (`v1`, …); whether the `whole` pattern was met, and whether that is
    `doubtful`: too long a text, or something found that its matcher does not take or only its body can read."""
    group = pl.col("group").struct
    fields = [group.field(str(k)).alias(f"g{k}") for k, _ in enumerate(captures, 1)]
    whole = group.field(str(len(captures) + 1)).is_not_null().alias("whole")
    frame = pl.DataFrame([texts.alias("text"), groups.alias("group")]).select("text", whole, *fields)
    values = [_value(pl.col(f"g{k}"), capture, clock).alias(f"v{k}") for k, capture in enumerate(captures, 1)]
    refused = [
        pl.col(f"g{k}").is_not_null() & pl.col(f"v{k}").is_null()
        for k, capture in enumerate(captures, 1)
        if capture.reader is not None
    ]
    long = pl.col("text").str.len_bytes() > limit
    return frame.with_columns(values).with_columns(pl.any_horizontal(long, *refused).alias("doubtful"))


def _value(text: pl.Expr, capture: Capture, clock: Clock) -> Any:
    return text if capture.reader is None else capture.reader.column(text, clock)


def _value_of(name: str, captures: Sequence[Capture]) -> pl.Expr:
    """The value of an export: of the one group that it has, or of the one that was found."""
    found = [pl.col(f"v{k}") for k, capture in enumerate(captures, 1) if capture.slot == name]
    return found[0] if len(found) == 1 else pl.coalesce(found)


def _complete(exports: Iterable[str], captures: Iterable[Capture]) -> bool:
    """Whether every export has a group."""
    return set(exports) <= {capture.slot for capture in captures}


def _struct(values: dict[str, pl.Expr]) -> Any:
    return pl.struct([value.alias(name) for name, value in values.items()])


def _needed(nodes: Sequence[Node]) -> list[Node]:
    """The nodes without trailing ones that may be empty and export nothing, since these change no result."""
    nodes = flat(nodes)
    while nodes and nodes[-1].nullable and not _exports(nodes[-1]):
        nodes.pop()
    return nodes


def _exports(node: Node) -> bool:
    writer = Writer()
    try:
        node.regular(writer)
    except NotRegular:
        return True
    return any(capture.slot for capture in writer.captures)
