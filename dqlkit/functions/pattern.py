"""Functions that read texts with DPL patterns: of the vendor's categories general (`parse`, `parseAll`) and string.

Patterns are literals and are compiled once. Most run on whole columns, as one regular expression and typed conversions;
what cannot runs record by record in the matcher (`languages.dpl`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from dqlkit.functions.context import Context
from dqlkit.functions.function import Constants, JsonPlace, known, operator, scalar
from dqlkit.functions.lazy import Lazy, dpl, pl
from dqlkit.functions.vocabulary import (
    Anything,
    Array,
    Boolean,
    Constant,
    NamelessPattern,
    Pattern,
    Record,
    String,
    T,
    Timestamp,
)
from dqlkit.types.kinds import ANY, NULL, STRING, Type
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.text import text_of
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from dqlkit.languages.dpl import document_columns
else:
    document_columns = Lazy("dqlkit.languages.dpl.document_columns")


def _compiled(pattern: object) -> dpl.Pattern | None:
    return dpl.compiled(pattern).pattern if isinstance(pattern, str) else None


def _clock(context: Context, base: Timestamp | None = None) -> dpl.Clock:
    return dpl.Clock(base or context.now, context.timezone)


def _type_of(pattern: object, kind: Callable[[dpl.Pattern], Type]) -> Type:
    """The type that a pattern tells, where it is known."""
    if not isinstance(pattern, str):
        return ANY
    compiled = _compiled(pattern)
    return kind(compiled) if compiled is not None and compiled.exports else NULL


def _read(pattern: dpl.Pattern, record: bool, clock: dpl.Clock, text: str) -> Value:
    found = pattern.match(text, clock)
    if found is None:
        return None
    return found.exports if record else pattern.value(found)


def _on_columns(
    expression: Any,
    pattern: str,
    context: Context,
    series: Callable[..., pl.Series],
    joined: document_columns.Joined,
    by_row: Callable[[], None],
    record: bool,
) -> Any:
    """The column of what `_read` says: text by text where the pattern has no way on columns."""
    compiled = _compiled(pattern)
    if compiled is None:
        return None
    columns, clock = compiled.columns, _clock(context)
    read = partial(_read, compiled, record, clock)
    single = not record and len(compiled.exports) == 1

    def each(texts: pl.Series) -> pl.Series:
        return series([None if text is None else read(text) for text in texts.to_list()])

    run: Callable[[pl.Series], pl.Series]
    if isinstance(columns, dpl.NotRegular):
        by_row()
        run = each
    else:
        inner = partial(document_columns.read_inner, joined=joined)
        run = partial(columns.run, clock=clock, slow=each, single=single, inner=inner)
    return expression.map_batches(run, return_dtype=series([]).dtype, is_elementwise=True)


_JSON = 'parse({}, "JSON:json")'


@scalar(
    category="general",
    akin={
        **dict.fromkeys(("parsejson", "parse_json", "jsonparse", "json_parse", "fromjson", "from_json"), _JSON),
        **dict.fromkeys(("regexp_extract", "regexextract", "regexp_substr"), 'parse(text, "…")'),
    },
)
def parse(expression: String, pattern: Pattern, *, base_time: Timestamp | None = None, context: Context) -> Anything:
    """What a pattern finds at the start of a text: the value of its one export, or a record of all; null for no match.

    What follows the match does not matter. Points in time without a year are in that of `baseTime`, or of now.

    >>> parse("45 46 47 48", "LONG:result")
    45
    >>> parse("45 46 47 48", "LONG:a ' ' LONG:b")[b]
    46
    >>> parse("none", "LONG:result")
    null
    >>> parse("Mar  4 10:00:00", "TIMESTAMP('MMM d HH:mm:ss'):t", baseTime: toTimestamp("2019-07-01T00:00:00Z"))
    toTimestamp("2019-03-04T09:00:00Z")
    """
    compiled = _compiled(pattern)
    return None if compiled is None else _read(compiled, False, _clock(context, base_time), expression)


@parse.returns
def _(expression: Type, pattern: Type, base_time: Type | None, constants: Constants) -> Type:
    return _type_of(constants["pattern"], lambda compiled: compiled.kind)


@parse.reads_json
def _(pattern: Value, base_time: Value) -> JsonPlace | None:
    compiled = _compiled(pattern)
    if compiled is None or not compiled.json_slot:
        return None
    return JsonPlace(() if len(compiled.exports) == 1 else (compiled.json_slot,), (), str(pattern))


@parse.names_column
def _(expression: str, pattern: str, base_time: str = "") -> str:
    return _column_name(pattern, "parsed_record")


@parse.polars(expression=STRING, pattern=known)
def _(expression, pattern, *, base_time, context, series, joined, by_row):
    if base_time is not None:
        return None
    return _on_columns(expression, pattern, context, series, joined, by_row, record=False)


def _column_name(pattern: str, several: str) -> str:
    names = list(dpl.compiled(pattern).exports)
    return names[0] if len(names) == 1 else several


@operator("", name="parse", category="general")
def parsed_record(
    expression: String, pattern: Pattern, base_time: Timestamp | None = None, *, context: Context
) -> Record:
    """The same, always as a record; for the command `parse`, which has to tell a failure from a null."""
    compiled = _compiled(pattern)
    return None if compiled is None else _read(compiled, True, _clock(context, base_time), expression)  # type: ignore[return-value]


@parsed_record.returns
def _(expression: Type, pattern: Type, base_time: Type | None, constants: Constants) -> Type:
    return _type_of(constants["pattern"], lambda compiled: compiled.record)


@parsed_record.reads_json
def _(pattern: Value, base_time: Value) -> JsonPlace | None:
    compiled = _compiled(pattern)
    return JsonPlace((compiled.json_slot,), (), str(pattern)) if compiled is not None and compiled.json_slot else None


@parsed_record.polars(expression=STRING, pattern=known)
def _(expression, pattern, base_time, context, series, joined, by_row):
    if base_time is not None:
        return None
    return _on_columns(expression, pattern, context, series, joined, by_row, record=True)


@operator("", name="parsedText", category="general", only="plan")
def parsed_text(expression: String, pattern: Constant[String], *, context: Context) -> String | None:
    """What `toString` says of the one value that a pattern finds at the start of a text; null for no match.

    Columns often find it without making the value.
    """
    compiled = _compiled(pattern)
    return None if compiled is None else text_of(_read(compiled, False, _clock(context), expression))


@parsed_text.polars(expression=STRING, pattern=known)
def _(expression, pattern, *, context):
    compiled, clock = _compiled(pattern), _clock(context)
    if compiled is None or compiled.written is None:
        return None
    columns = compiled.written

    def slow(texts: pl.Series) -> pl.Series:
        return pl.Series([text_of(_read(compiled, False, clock, text)) for text in texts], dtype=pl.String)

    def run(texts: pl.Series) -> pl.Series:
        return columns.run(texts, clock, slow, single=True)

    return expression.map_batches(run, return_dtype=pl.String, is_elementwise=True)


@scalar(category="general")
def parse_all(
    expression: String, pattern: Pattern, *, base_time: Timestamp | None = None, context: Context
) -> Array[T]:
    """All that a pattern finds in a text, each match behind the one before; an empty array for none.

    Each is the value of the one export, or a record of all. An export that is itself a record stays under its name, so
    that the elements of the array tell what they are [decided: the vendor documents neither form].

    >>> parseAll("45 46 x 47", "LONG:result")
    array(45, 46, 47)
    >>> parseAll("45 46 47 48", "LONG:a ' ' LONG:b")[1][a]
    47
    """
    compiled = _compiled(pattern)
    if compiled is None:
        return None  # type: ignore[return-value]
    return [_found(compiled, match) for match in compiled.matches(expression, _clock(context, base_time))]


def _found(compiled: dpl.Pattern, match: dpl.Found) -> Value:
    value = compiled.value(match)
    return match.exports if isinstance(value, dict) else value


@parse_all.returns
def _(expression: Type, pattern: Type, base_time: Type | None, constants: Constants) -> Type:
    def kind(compiled: dpl.Pattern) -> Type:
        return ArrayType(compiled.record if compiled.kind.name == "record" else compiled.kind)

    return _type_of(constants["pattern"], kind)


@parse_all.names_column
def _(expression: str, pattern: str, base_time: str = "") -> str:
    return _column_name(pattern, "parsed_records")


@parse_all.polars(expression=STRING, pattern=known)
def _(expression, pattern, *, base_time, context, series):
    compiled, clock = _compiled(pattern), _clock(context)
    if compiled is None or base_time is not None:
        return None
    search = compiled.search
    if isinstance(search, dpl.NotRegular) or not search.finds_values:
        return None

    def slow(texts):
        return series([[_found(compiled, match) for match in compiled.matches(text, clock)] for text in texts])

    return expression.map_batches(
        lambda texts: search.values(texts, clock, slow), return_dtype=series([]).dtype, is_elementwise=True
    )


@scalar(category="string")
def matches_pattern(expression: String, pattern: NamelessPattern, *, context: Context) -> Boolean:
    """Whether a pattern matches a text from its start to its end.

    >>> matchesPattern("2023-11-01 12:52:12 : 766", "TIME ' : ' LONG")
    true
    >>> matchesPattern("766 ms", "LONG")
    false
    """
    compiled = _compiled(pattern)
    if compiled is None:
        return None  # type: ignore[return-value]
    return compiled.matches_whole(expression, _clock(context))


@matches_pattern.polars(expression=STRING, pattern=known)
def _(expression, pattern, context, series):
    compiled, clock = _compiled(pattern), _clock(context)
    if compiled is None or isinstance(compiled.entirely, dpl.NotRegular):
        return None
    entirely = compiled.entirely

    def slow(texts):
        return series([compiled.matches_whole(text, clock) for text in texts])

    return expression.map_batches(
        lambda texts: entirely.holds(texts, clock, slow), return_dtype=pl.Boolean, is_elementwise=True
    )


@scalar(category="string", rewrites=True)
def replace_pattern(expression: String, pattern: NamelessPattern, replacement: String, *, context: Context) -> String:
    """A text with a replacement for all that a pattern finds.

    >>> replacePattern("DQL 2019-08-01 09:30:00", "LONG", "a")
    "DQL aaa a:a:a"
    """
    compiled = _compiled(pattern)
    return None if compiled is None else _replaced(compiled, _clock(context), replacement, expression)  # type: ignore[return-value]


def _replaced(pattern: dpl.Pattern, clock: dpl.Clock, replacement: str, text: str) -> str:
    return replacement.join(_pieces(pattern, clock, text))


def _pieces(pattern: dpl.Pattern, clock: dpl.Clock, text: str) -> list[str]:
    """What is between the matches."""
    pieces, at = [], 0
    for found in pattern.matches(text, clock):
        pieces.append(text[at : found.start])
        at = found.end
    return [*pieces, text[at:]]


@replace_pattern.polars(expression=STRING, pattern=known, replacement=known)
def _(expression, pattern, replacement, context):
    compiled, clock = _compiled(pattern), _clock(context)
    if compiled is None or isinstance(compiled.search, dpl.NotRegular):
        return None
    search = compiled.search

    def slow(texts: pl.Series) -> pl.Series:
        return pl.Series([_replaced(compiled, clock, replacement, text) for text in texts], dtype=pl.String)

    return expression.map_batches(
        lambda texts: search.replace(texts, replacement, slow), return_dtype=pl.String, is_elementwise=True
    )


@scalar(category="string")
def split_by_pattern(expression: String, pattern: NamelessPattern, *, context: Context) -> Array[String]:
    """The pieces of a text between all that a pattern finds; no pieces of an empty text.

    >>> splitByPattern("one $1 two $4 three", "' $' LONG ' '")
    array("one", "two", "three")
    >>> splitByPattern("", "','")
    array()
    """
    compiled = _compiled(pattern)
    if compiled is None:
        return None  # type: ignore[return-value]
    return _pieces(compiled, _clock(context), expression) if expression else []


@split_by_pattern.polars(expression=STRING, pattern=known)
def _(expression, pattern, context):
    compiled, clock = _compiled(pattern), _clock(context)
    if compiled is None or isinstance(compiled.search, dpl.NotRegular):
        return None
    search = compiled.search

    def slow(texts: pl.Series) -> pl.Series:
        pieces = [_pieces(compiled, clock, text) if text else [] for text in texts]
        return pl.Series(pieces, dtype=pl.List(pl.String))

    return expression.map_batches(
        lambda texts: search.split(texts, slow), return_dtype=pl.List(pl.String), is_elementwise=True
    )
