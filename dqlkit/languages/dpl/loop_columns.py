"""JSON arrays and loops that patterns take, read for a whole column of texts that begin with them.

All arrays of a column are cut into elements at once, and the elements read as one column. Loops take a round after the
other: in each one expression is held against what is left of the texts, until none of them goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeAlias

from dqlkit.functions.function import Piece
from dqlkit.functions.json_shapes import BLANK, LONGEST, read_values, value_pattern
from dqlkit.functions.lazy import pl
from dqlkit.languages.dpl.columns import Inner, Read
from dqlkit.languages.dpl.groups import replaced
from dqlkit.languages.dpl.matchers.documents import Document
from dqlkit.languages.dpl.matchers.structures import Loop, Pairs
from dqlkit.languages.dpl.program import Clock
from dqlkit.types.kinds import ANY, Type

__all__ = ["Joined", "read_arrays", "read_loops"]

Joined: TypeAlias = "Callable[[Sequence[Piece], int, Type], pl.Series]"
"""One column, of so many rows and of a type, from results for some of them."""

#: Arrays of values that hold no values in values, then of those that do.
_DEPTHS = (1, 3)
#: Texts with more rounds than this are left to the matcher: each round goes over what is left of all texts.
_MOST_ROUNDS = 200


def read_arrays(document: Document, texts: pl.Series, joined: Joined) -> Read:
    """The array that starts each text."""
    found = _arrays(texts, _DEPTHS[0])
    for depth in _DEPTHS[1:]:
        left = texts.is_not_null() & found["1"].is_null()
        if left.any():
            deeper = _arrays(texts.filter(left), depth)
            found = pl.DataFrame([replaced(found[name], left, deeper[name]) for name in found.columns])
    arrays = found["1"]
    whole = (arrays.str.len_bytes() <= LONGEST).fill_null(False)
    values = {document.slot: _elements(arrays, joined)} if document.slot else {}
    return Read(values, whole, texts.is_not_null() & ~whole, found["2"])


def _arrays(texts: pl.Series, depth: int) -> pl.DataFrame:
    """The array that starts each text (`1`), if it holds no more levels of values, and what is behind it (`2`)."""
    value = value_pattern(depth)
    elements = f"{value}{BLANK}(?:,{BLANK}{value}{BLANK})*"
    return texts.str.extract_groups(rf"^(\[{BLANK}(?:{elements})?\])((?s:.)*)").struct.unnest().select("1", "2")


def _elements(arrays: pl.Series, joined: Joined) -> pl.Series:
    """The elements of each array."""
    inside = arrays.str.head(-1).str.slice(1)
    items = inside.str.extract_all(value_pattern(_DEPTHS[-1]))
    flat = items.filter(items.list.len() > 0).explode()
    column = joined(read_values(flat), len(flat), ANY)
    return _gathered(column, items.list.len())


def _gathered(column: pl.Series, lengths: pl.Series) -> pl.Series:
    """Arrays of so many of the values each; null where the length is null."""
    rows = pl.DataFrame({"row": pl.int_range(len(lengths), eager=True, dtype=pl.UInt32), "length": lengths})
    each = rows.filter(pl.col("length") > 0).select(pl.col("row").repeat_by("length").explode())
    held = each.with_columns(column.alias("value")).group_by("row").agg("value")
    empty = pl.lit([], dtype=pl.List(column.dtype))
    made = rows.join(held, on="row", how="left", maintain_order="left")
    return made.select(pl.when(pl.col("length") == 0).then(empty).otherwise("value")).to_series()


def read_loops(loop: Loop, texts: pl.Series, clock: Clock, inner: Inner, joined: Joined) -> Read:
    """What the rounds of a loop amount to."""
    rounds: list[pl.DataFrame] = []
    counts = pl.repeat(0, len(texts), dtype=pl.UInt32, eager=True)
    left = texts.is_not_null().arg_true()
    doubtful, rest = pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True), texts
    for _ in range(min(loop.most, _MOST_ROUNDS)):
        before = rest.gather(left)
        read = loop.columns.read(before, clock, inner)
        doubtful = doubtful.scatter(left, doubtful.gather(left) | read.doubtful)
        goes_on = read.whole & ~read.doubtful & (read.rest.str.len_bytes() < before.str.len_bytes()).fill_null(False)
        rows = left.filter(goes_on)
        values = [values.filter(goes_on).alias(name) for name, values in read.values.items()]
        rounds.append(pl.DataFrame([rows.alias("\x00row"), *values]))
        counts, rest = counts.scatter(rows, counts.gather(rows) + 1), rest.scatter(rows, read.rest.filter(goes_on))
        left = rows
        if not len(left):
            break
    if loop.most > _MOST_ROUNDS:
        doubtful = doubtful.scatter(left, True)
    found = pl.concat(rounds).sort("\x00row", maintain_order=True).select(loop.found)
    there = texts.is_not_null()
    lengths = counts.zip_with(there, pl.Series([None], dtype=counts.dtype))
    if isinstance(loop, Pairs):
        made = _paired(loop, found, lengths, joined)
    else:
        made = _gathered(found.to_series() if len(loop.found) == 1 else found.to_struct(), lengths)
    return Read({loop.slot: made}, there & (counts >= loop.least), doubtful, rest)


def _paired(loop: Pairs, found: pl.DataFrame, lengths: pl.Series, joined: Joined) -> pl.Series:
    """Records of so many of the keys and values each; null where the length is null."""
    rounds = found.iter_rows(named=True)
    there = lengths.is_not_null()
    records = [loop.gathered([*islice(rounds, length)]) for length in lengths.filter(there).to_list()]
    return joined([Piece(there.arg_true(), records, None)], len(lengths), ANY)
