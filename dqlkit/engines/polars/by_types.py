"""A call over values of any type, compiled for the types that the values of a batch have.

Values of any type are mostly of one or two: a batch is taken apart by them, what has a lowering for the types of its
part runs on columns, and only the rest goes through the body.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import polars as pl

from dqlkit.engines.polars.arguments import Given, held
from dqlkit.engines.polars.encoding import TYPES_BY_KEY, decoded, is_decoded_whole, type_key
from dqlkit.engines.polars.typed import Typed, constant, in_batches, promote
from dqlkit.frozen import field, mutable
from dqlkit.types.kinds import NULL, Type, Variant

__all__ = ["ByTypes", "by_types"]

Compile: TypeAlias = "Callable[[Sequence[Given]], Typed | None]"
"""The column of a call with such arguments; None where only its body can tell it."""
Body: TypeAlias = Callable[[Sequence[pl.Series]], pl.Series]
"""The results for some records, given the columns of the arguments."""

#: Smaller batches, and those of more combinations of types, are not worth the compiling.
_FEW = 50
_MOST_PARTS = 12
_KINDS = tuple(dict.fromkeys(TYPES_BY_KEY.values()))


@mutable
class ByTypes:
    """The arguments as `columns`, of which `mixed` are of any type, and the call for each combination of types that was
    met, None where it has no lowering."""

    given: list[Given]
    columns: dict[str, Typed]
    mixed: list[str]
    result: Type
    compile: Compile
    _calls: dict[tuple[Type, ...], pl.Expr | None] = field(default_factory=dict)

    @property
    def helps(self) -> bool:
        """Whether the call has a lowering for some type."""
        made = (self.compile(self._narrowed([kind] * len(self.mixed))) for kind in _KINDS)
        return any(typed is not None and not typed.is_constant for typed in made)

    def expression(self, body: Body) -> pl.Expr:
        """The column of the call."""
        columns = pl.struct(typed.expression.alias(name) for name, typed in self.columns.items())
        return in_batches(columns, lambda batch: self._run(batch.struct.unnest(), body), self.result)

    def _run(self, batch: pl.DataFrame, body: Body) -> pl.Series:
        keys = batch.select(type_key(pl.col(name)).alias(name) for name in self.mixed)
        different = keys.unique()
        if batch.height < _FEW or different.height > _MOST_PARTS:
            return body(batch.get_columns())
        parts: list[pl.Series] = []
        rows: list[pl.Series] = []
        for found in different.iter_rows():
            alike = [pl.col(name).eq_missing(pl.lit(key)) for name, key in zip(self.mixed, found, strict=True)]
            chosen = keys.select(pl.all_horizontal(alike)).to_series()
            parts.append(self._part(batch.filter(chosen), found, body))
            rows.append(chosen.arg_true())
        return parts[0] if len(parts) == 1 else pl.concat(parts).gather(pl.concat(rows).arg_sort())

    def _part(self, part: pl.DataFrame, found: Sequence[bytes | None], body: Body) -> pl.Series:
        """The results for records whose mixed values have these types."""
        kinds = [NULL if key is None else TYPES_BY_KEY.get(key) for key in found]
        plain = {name: kind for name, kind in zip(self.mixed, kinds, strict=True) if kind != NULL}
        if any(kind is None or not is_decoded_whole(part[name], kind) for name, kind in plain.items()):
            return body(part.get_columns())
        call = self._call(tuple(kind for kind in kinds if kind is not None))
        if call is None:
            return body(part.get_columns())
        narrow = (decoded(part[name], kind) for name, kind in plain.items() if kind is not None)
        values = part.with_columns(column for column in narrow if column is not None)
        return values.with_columns(call.alias("value")).get_column("value")

    def _call(self, kinds: tuple[Type, ...]) -> pl.Expr | None:
        if kinds not in self._calls:
            typed = self.compile(self._narrowed(kinds))
            self._calls[kinds] = None if typed is None else promote(typed, self.result).expression
        return self._calls[kinds]

    def _narrowed(self, kinds: Sequence[Type]) -> list[Given]:
        """The arguments with these types for the mixed ones."""
        of, names = dict(zip(self.mixed, kinds, strict=True)), iter(self.columns)

        def column(item: Typed) -> Typed:
            if item.is_constant:
                return item
            name = next(names)
            kind = of.get(name, item.kind)
            return constant(None, NULL) if kind == NULL else Typed(pl.col(name), kind)

        return [
            tuple(map(column, one)) if isinstance(one, tuple) else one if one is None else column(one)
            for one in self.given
        ]


def by_types(given: Sequence[Given], result: Type, compile: Compile) -> ByTypes | None:
    """The call by the types of its arguments; None where that helps nothing."""
    arguments, columns = held(given)
    mixed = [name for name, typed in columns.items() if isinstance(typed.kind, Variant)]
    made = ByTypes(arguments, columns, mixed, result, compile)
    return made if mixed and made.helps else None
