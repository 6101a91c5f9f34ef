"""JSON objects and records that patterns take, read for a whole column of texts that begin with them.

Arrays and loops are in `loop_columns`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from dqlkit.frozen import replace
from dqlkit.functions.function import Piece
from dqlkit.functions.json_shapes import read_members
from dqlkit.functions.lazy import pl
from dqlkit.languages.dpl.columns import Columns, Read
from dqlkit.languages.dpl.composites import Record
from dqlkit.languages.dpl.loop_columns import Joined, read_arrays, read_loops
from dqlkit.languages.dpl.matchers.documents import ByNode, Document, Member, read_object, whole_text
from dqlkit.languages.dpl.matchers.structures import Loop
from dqlkit.languages.dpl.program import Clock, Node, Place
from dqlkit.languages.dpl.regular import NotRegular
from dqlkit.types.kinds import ANY, BOOLEAN, LONG, STRING
from dqlkit.types.values import Value

__all__ = ["Joined", "read_inner"]

_END = Place("the end", lambda text, at: at == len(text), r"\z")
#: Values whose texts are what JSON writes.
_WRITTEN = (STRING, LONG, BOOLEAN)


def read_inner(node: Node, texts: pl.Series, clock: Clock, joined: Joined) -> Read:
    """What a document, a record or a loop at the start of each text exports; of texts in doubt the matcher decides."""
    if isinstance(node, Record):
        return _read_record(node, texts, clock, joined)
    if isinstance(node, Loop):
        return read_loops(node, texts, clock, partial(read_inner, joined=joined), joined)
    assert isinstance(node, Document)
    if node.tells_end:
        return read_arrays(node, texts, joined)
    values, clear = _read_objects(node, texts, clock, joined)
    return Read(values, clear, texts.is_not_null() & ~clear, texts)


def _read_record(record: Record, texts: pl.Series, clock: Clock, joined: Joined) -> Read:
    read = record.columns.read(texts, clock, partial(read_inner, joined=joined))
    members = pl.DataFrame([read.values[name].alias(name) for name in record.found])
    return replace(read, values={record.slot: members.to_struct()})


def _read_objects(
    document: Document, texts: pl.Series, clock: Clock, joined: Joined
) -> tuple[dict[str, pl.Series], pl.Series]:
    """What the document exports, by name, and for which texts that is so."""
    members = document.members
    names = None if members is None else [member.name for member in members]

    def read(text: str) -> list[Value] | None:
        found = read_object(text)
        if not isinstance(found, dict):
            return None
        return [found] if names is None else [found.get(name) for name in names]

    found = read_members(texts, [()] if names is None else [(name,) for name in names], False, read)
    rows = pl.concat([pl.Series([], dtype=pl.UInt32), *(piece.rows.cast(pl.UInt32) for piece in found[0])])
    clear = pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True).scatter(rows, True)
    if members is None:
        return {document.slot: joined(found[0], len(texts), ANY)}, clear
    values: dict[str, pl.Series] = {}
    for member, pieces in zip(members, found, strict=True):
        values[member.export] = joined(list(_converted(member, pieces, clock)), len(texts), member.kind)
        clear &= values[member.export].is_not_null() if member.mandatory else True
    if document.flat or not document.slot:
        return values if document.flat else {}, clear
    return {document.slot: pl.DataFrame(values).to_struct()}, clear


def _converted(member: Member, pieces: Sequence[Piece], clock: Clock) -> Iterator[Piece]:
    """What the values of a member are worth to its matcher."""
    for piece in pieces:
        values, convert = piece.values, member.convert
        if convert is None:
            yield piece
        elif not isinstance(values, pl.Series) or piece.kind not in _WRITTEN:
            yield Piece(piece.rows, _one_by_one(convert, list(values), clock), None)
        elif convert is whole_text:
            yield Piece(piece.rows, values.cast(pl.String), STRING)
        else:
            yield from _matched(member, piece, values, clock)


def _matched(member: Member, piece: Piece, values: pl.Series, clock: Clock) -> Iterator[Piece]:
    """The values of texts that a matcher takes as a whole; what it does not find on columns is asked one by one."""
    assert member.convert is not None
    columns = _whole(member.convert.node) if isinstance(member.convert, ByNode) else None
    if columns is None:
        yield Piece(piece.rows, _one_by_one(member.convert, values.to_list(), clock), None)
        return
    read = columns.run(values.cast(pl.String), clock, None, single=True)
    left = read.is_null() & values.is_not_null()
    yield Piece(piece.rows.filter(~left), read.filter(~left), member.kind)
    if left.any():
        rest = values.filter(left).to_list()
        yield Piece(piece.rows.filter(left), _one_by_one(member.convert, rest, clock), None)


def _one_by_one(convert: Callable[[Value, Clock], Value], values: Sequence[Value], clock: Clock) -> list[Value]:
    return [None if value is None else convert(value, clock) for value in values]


def _whole(node: Node) -> Columns | None:
    try:
        return Columns([node, _END], [node.slot])
    except NotRegular:
        return None
