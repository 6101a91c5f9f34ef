"""Place: bytes that say where among all records of a stream a record stands."""

from __future__ import annotations

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Evaluator, Rows, Stage
from dqlkit.plan.ops.sort import Order
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import BINARY
from dqlkit.types.order import encode, order_key

__all__ = ["PART", "Place"]

#: A part of a stream has fewer records than this; the numbers of the next part begin here.
PART = 1 << 40


@frozen
class Place(Stage):
    """The field `name` holds bytes that sort as the records do: by `keys`, then as the bytes in the field `behind` do, then
    with `numbered` by the number of the record among those that come in.

    No language has it. Where the records of a stream are in several places, it is how their order comes back, and by which
    bytes those with equal keys find together. No place is the beginning of another one.
    """

    name: str
    keys: tuple[Order, ...] = ()
    behind: str = ""
    numbered: bool = False

    computes = True

    def keeps(self, name: str) -> bool:
        return name != self.name

    def inferred(self) -> Schema:
        return self.source.schema.with_fields([(self.name, BINARY)])

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for number, row in enumerate(rows):
            keys = (_bytes(interpreter.value(key.expression, row), key) for key in self.keys)
            behind = row[self.behind] if self.behind else b""
            last = number.to_bytes(8) if self.numbered else b""
            yield row | {self.name: b"".join((*keys, behind, last))}


def _bytes(value: object, order: Order) -> bytes:
    key = encode(None) if value is None else order_key(value)
    return key.translate(TURNED) if order.descending else key


#: Translation table that inverts all bits of a byte, and so turns an order around.
TURNED = bytes(range(255, -1, -1))
