"""Divides tables into parts, each of which a worker reads by itself.

A part is a range of the records, or several that follow one another: files, and within large files their row groups. So a
worker reads whole row groups, and those that a query does not want are nobody's.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import groupby

from polars.exceptions import PolarsError

from dqlkit.engines.cluster.work import Given
from dqlkit.engines.polars import Frame
from dqlkit.engines.table import EVERYTHING, Facts, Table
from dqlkit.frozen import frozen, replace

__all__ = ["is_brief", "parts_of"]

#: What describes records in fewer bytes than this (the names of files, a few records) goes to every worker as it is.
_BRIEF = 1 << 16
#: A part has no fewer records than this, if there are more.
_LEAST = 20_000


@frozen
class _Range:
    """So many records of a frame from `start` on, all of them where their number is not known. `held` says that a worker
    can read them, as it can files; `at_once`, that it would read all to have some."""

    frame: Frame
    held: bool
    facts: Facts
    start: int = 0
    is_all: bool = True
    at_once: bool = False

    def shares(self, most: int) -> Iterator[_Range]:
        """Ranges of no more than so many records."""
        rows = self.facts.rows
        if rows is None or rows <= most or self.at_once:
            yield self
            return
        for start in range(0, rows, most):
            yield replace(self, start=self.start + start, facts=Facts(min(most, rows - start)), is_all=False)

    def until(self, last: _Range) -> _Range:
        """The range from this one to the end of another one of its frame."""
        if last is self:
            return self
        rows = last.start - self.start + (last.facts.rows or 0)
        return replace(self, facts=Facts(rows))

    @property
    def records(self) -> Frame:
        part = self.frame.lazy if self.is_all else self.frame.lazy.slice(self.start, self.facts.rows)
        return self.frame.replace(part if self.held else part.collect().lazy())


def parts_of(
    table: Table, count: int, least: int = _LEAST, wanted: Callable[[Facts], bool] = lambda _: True
) -> list[Given]:
    """The records of a table in about `count` parts of about one size, in order; ranges of them that are not wanted are
    left out. Parts of files are only described: a worker reads its own part. Records in memory are sent."""
    ranges = [one for piece in _pieces(table) for one in _ranges(piece)]
    kept = [one for one in ranges if wanted(one.facts)] or ranges[:1]
    rows = sum(one.facts.rows or 0 for one in kept)
    parts = max(min(count, -(-rows // least)), 1)
    return [_together(part) for part in _divided(kept, rows, parts)]


def _pieces(table: Table) -> Iterator[Table]:
    """The tables that it was put together of."""
    parts: Sequence[Table] = getattr(table, "parts", ())
    if not parts:
        yield table
    for part in parts:
        yield from _pieces(part)


def _ranges(table: Table) -> list[_Range]:
    frame = table.scan(EVERYTHING).frame
    held = getattr(table, "is_held", True) and is_brief(frame)
    groups: Sequence[Facts] = getattr(table, "ranges", ()) if held else ()
    if len(groups) < 2:
        at_once: bool = held and getattr(table, "at_once", False)
        records = frame if held else frame.replace(frame.collect().lazy())
        return [_Range(records, held, table.facts, at_once=at_once)]
    starts = [sum(group.rows or 0 for group in groups[:number]) for number in range(len(groups))]
    return [_Range(frame, held, group, start, is_all=False) for start, group in zip(starts, groups, strict=True)]


def _divided(ranges: Sequence[_Range], rows: int, parts: int) -> Iterator[list[_Range]]:
    """The ranges of each part: that in which their middle is. Of how many records are not known, they are a part."""
    most, passed, found = max(-(-rows // parts), 1), 0, []
    for one in (share for each in ranges for share in each.shares(most)):
        size = most if one.facts.rows is None else one.facts.rows
        found.append(((passed + size // 2) // most, one))
        passed += size
    for _, part in groupby(found, key=lambda pair: pair[0]):
        yield [one for _, one in part]


def _together(ranges: list[_Range]) -> Given:
    """The records of ranges that follow one another, those of one frame at a time."""
    runs: list[list[_Range]] = []
    for one in ranges:
        if runs and _follows(runs[-1][-1], one):
            runs[-1].append(one)
        else:
            runs.append([one])
    frames = [run[0].until(run[-1]).records for run in runs]
    return Given(reduce(Frame.concat, frames), Facts.of_all(one.facts for one in ranges))


def _follows(one: _Range, other: _Range) -> bool:
    return one.frame is other.frame and one.start + (one.facts.rows or 0) == other.start


def is_brief(frame: Frame) -> bool:
    """Whether a frame only describes its records, as those of files do. One that calls Python functions does not travel."""
    try:
        return len(pickle.dumps(frame)) < _BRIEF
    except PolarsError:
        return False
