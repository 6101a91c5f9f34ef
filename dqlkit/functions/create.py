"""Functions that make values out of others."""

from __future__ import annotations

from dqlkit.functions.function import literal, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.network import digits_of
from dqlkit.functions.vocabulary import Anything, Array, Ip, Names, Record, String, T
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.kinds import Record as RecordType
from dqlkit.types.kinds import STRING, Type


@scalar(nulls="see")
def array(*expression: T) -> Array[T]:
    """An array of the values, null among them.

    >>> array(1, 2)[1]
    2
    """
    return list(expression)


@array.polars
def _(*expression, result):
    return pl.concat_list(expression) if expression and not isinstance(result.element, (ArrayType, RecordType)) else None


@scalar(nulls="see")
def record(names: Names, *expression: Anything) -> Record:
    """A record; members are named by an alias, else as a column of the expression would be.

    >>> record(a = 1, b = "x")[b]
    "x"
    """
    return dict(zip(names, expression, strict=True))


@record.returns
def _(names: RecordType, expression: tuple[Type, ...]) -> Type:
    return RecordType((name, kind) for (name, _), kind in zip(names.fields, expression, strict=True))


@record.polars(names=literal)
def _(names, *expression):
    members = dict(zip(names, expression, strict=True))
    return pl.struct([value.alias(name) for name, value in members.items()]) if members else None


@scalar
def ip(expression: String) -> Ip | None:
    """The IP address that a text spells, null where it spells none.

    >>> ip("10.0.0.7") == ip("10.0.0.007")
    null
    >>> ip("2001:0db8:0000:0000:0000:8a2e:0370:7334") == ip("2001:db8::8a2e:370:7334")
    true
    """
    return Ip.parse(expression)


ip.polars(lambda expression: digits_of(expression, STRING).str.decode("hex"))
