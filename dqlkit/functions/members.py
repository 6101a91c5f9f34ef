"""What commands take out of nested values. These functions have no name in a language: plans are made of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from dqlkit.functions.context import Context
from dqlkit.functions.encoded_members import member_column, read_each
from dqlkit.functions.function import Constants, JsonPlace, fits, known, operator
from dqlkit.functions.json_shapes import read_members
from dqlkit.functions.lazy import dpl, pl
from dqlkit.functions.vocabulary import Anything, Array, Constant, Long, String
from dqlkit.types import order
from dqlkit.types.json import read_document
from dqlkit.types.json import read_object as read_first_object
from dqlkit.types.kinds import ANY, NULL, STRING, Type, element_type, join_all, members
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.kinds import Record as RecordType
from dqlkit.types.values import Value

__all__ = ["follow", "json_at", "leaf_paths", "leaves", "path_type", "paths_in", "read_object", "selected_members"]

Path = tuple[str, ...]

_RECORD = frozenset({"record"})


# ---- JSON -----------------------------------------------------------------------------------------------------------


def read_object(text: Value) -> dict[str, Value]:
    """The object that a text spells; nothing where it spells none."""
    try:
        found = read_document(text) if isinstance(text, str) else None
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@operator("", name="object", category="general", only="plan")
def object_(text: Anything) -> Anything:
    """The JSON object that a text spells; null where it spells none, or an empty one."""
    return read_object(text) or None


@operator("", name="jsonAt", category="general", only="plan")
def json_at(text: String, path: Constant[Array[String]], pattern: Constant[String], *, context: Context) -> Anything:
    """What a path of names leads to in a JSON object in a text; null where there is nothing.

    It is the object that `pattern` reads, and without one that which starts the text, with or without blanks before it.
    """
    return _reader([tuple(path)], pattern, context)(text)[0]


def _reader(paths: Sequence[Path], pattern: str, context: Context) -> Callable[[str], list[Value]]:
    """What the paths lead to in a text."""
    compiled = dpl.compiled(pattern).pattern if pattern else None
    clock = dpl.Clock(context.now, context.timezone)

    def at_all(text: str) -> list[Value]:
        found = None if compiled is None else compiled.match(text, clock)
        document = read_first_object(text) if compiled is None else found and found.exports[compiled.json_slot]
        return [_at(document, path) for path in paths]

    return at_all


def _at(value: Value, path: Path) -> Value:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


@json_at.reads_json
def _(path: Value, pattern: Value) -> JsonPlace:
    return JsonPlace((), tuple(path), pattern)


@json_at.all_together
def _read_together(texts, constants, context):
    """The calls are over texts of few shapes, which `json_shapes` reads as columns."""
    pattern = constants[0][1]
    paths = [tuple(path) for path, _ in constants]
    read = _reader(paths, pattern, context)
    compiled = dpl.compiled(pattern).pattern if pattern else None
    if compiled is None or compiled.is_json:
        return read_members(texts, paths, not pattern, read)
    assert not isinstance(compiled.columns, dpl.NotRegular), pattern
    starts, doubtful = compiled.columns.documents(texts, dpl.Clock(context.now, context.timezone))
    return read_members(texts, paths, False, read, starts, doubtful)


@json_at.polars(text=STRING, path=known, pattern=known)
def _(text, path, pattern, *, context, joined):
    def read(texts):
        (pieces,) = _read_together(texts, [(path, pattern)], context)
        return joined(pieces, len(texts), ANY)

    return text.map_batches(read, return_dtype=pl.Binary, is_elementwise=True)


def selected_members(value: Value, names: Collection[str]) -> Value:
    """Those of a record's members that have one of the names, as a record; null for none."""
    chosen = {name: member for name, member in value.items() if name in names} if isinstance(value, dict) else {}
    return chosen or None


@operator("", name="selected", category="general", only="plan")
def selected(record: Anything, names: Constant[Anything]) -> Anything:
    """The members of a record that have one of the names, as a record; null where it has none of them."""
    return selected_members(record, names)


# ---- paths ----------------------------------------------------------------------------------------------------------


def leaves(value: Value, depth: int) -> Iterator[tuple[Path, Value]]:
    """What is inside of a record, down to `depth` levels, with the path to it."""
    if not isinstance(value, Mapping):
        return
    for name, member in value.items():
        if isinstance(member, Mapping) and depth > 1:
            yield from (((name, *path), leaf) for path, leaf in leaves(member, depth - 1))
        else:
            yield (name,), member


@operator("", name="leafPaths", category="general", only="plan")
def leaf_paths(record: Anything, depth: Constant[Long]) -> String:
    """The paths to what is inside of a record that is opened down to a depth, as JSON; null where nothing is."""
    return _as_text(tuple(path for path, _ in leaves(record, depth)))  # type: ignore[return-value]


@lru_cache(maxsize=512)
def _as_text(paths: tuple[Path, ...]) -> str | None:
    return json.dumps(paths) if paths else None


def paths_in(texts: Iterable[Value]) -> list[Path]:
    """The paths that such texts tell, each once, in their order."""
    told = (json.loads(text) for text in texts if isinstance(text, str))
    return list(dict.fromkeys(tuple(path) for paths in told for path in paths))


@leaf_paths.polars(record=lambda kind: isinstance(kind, RecordType), depth=known)
def _(record, depth, types):
    paths = _paths_of(types["record"], depth)
    return None if paths is None else pl.when(record.is_not_null()).then(pl.lit(_as_text(tuple(paths)), pl.String))


def _paths_of(kind: RecordType, depth: int) -> list[Path] | None:
    """The paths inside of every record of a type; None where the type does not tell them."""
    found: list[Path] = []
    for name, member in kind.fields:
        if depth > 1 and fits(member, _RECORD):
            return None  # whether there is one or null decides
        found.append((name,))
    return found


@leaf_paths.polars(record=ANY, depth=known)
def _(record, depth):
    def read(data: bytes) -> str | None:
        return _as_text(tuple(_encoded_leaves(data, depth)))

    return record.map_batches(
        lambda values: read_each(values, "record", read, pl.String), return_dtype=pl.String, is_elementwise=True
    )


def _encoded_leaves(encoded: bytes, depth: int) -> Iterator[Path]:
    """The paths of `leaves` in an encoded record."""
    parts = order.parts(encoded)
    for name, member in zip(map(_name, parts[::2]), parts[1::2], strict=True):
        if depth > 1 and member[0] == order.RANK["record"]:
            yield from ((name, *path) for path in _encoded_leaves(member, depth - 1))
        else:
            yield (name,)


@lru_cache(maxsize=4096)
def _name(encoded: bytes) -> str:
    name = order.decode(encoded)
    assert isinstance(name, str)
    return name


@operator("", name="leaf", category="general", only="plan")
def leaf(record: Anything, path: Constant[Array[String]], depth: Constant[Long]) -> Anything:
    """What stands at a path inside of a record that is opened down to a depth."""
    return dict(leaves(record, depth)).get(tuple(path))


@leaf.polars(record=ANY, path=known, depth=known)
def _(record, path, depth):
    if not 0 < len(path) <= max(depth, 1) or not all(isinstance(name, str) for name in path):
        return None

    def read(values: pl.Series) -> pl.Series:
        for name in path:
            values = member_column(_if_record(values, True), name)
        return _if_record(values, False) if len(path) < depth else values

    return record.map_batches(read, return_dtype=pl.Binary, is_elementwise=True)


def _if_record(values: pl.Series, wanted: bool) -> pl.Series:
    """The encodings of records, or of all else; null for the others."""
    is_record = pl.col("").bin.head(1) == bytes([order.RANK["record"]])
    return values.to_frame("").select(pl.when(is_record == wanted).then(pl.col(""))).to_series()


def follow(path: Sequence[str], value: Value) -> Value:
    """What a path leads to in a value: through records, and through arrays of them to an array of what each holds."""
    if not path or value is None:
        return value
    if isinstance(value, list):
        found = [one for item in value for one in _flat(follow(path, item))]
        return found or None
    return follow(path[1:], value.get(path[0])) if isinstance(value, dict) else None


def _flat(value: Value) -> Iterator[Value]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    elif value is not None:
        yield value


@operator("", name="lead", category="general", only="plan")
def lead(value: Anything, path: Constant[Anything]) -> Anything:
    """What a path leads to in a value; nulls are left out of arrays, and nothing at all is null."""
    return follow(path, value)


@lead.returns
def _(value: Type, path: Type, constants: Constants) -> Type:
    return path_type(value, constants["path"])


def path_type(kind: Type, path: Sequence[str]) -> Type:
    """The type of what a path leads to in values of a type."""
    if kind == ANY or not path:
        return kind
    return join_all(_step(option, path) for option in members(kind))


def _step(kind: Type, path: Sequence[str]) -> Type:
    if isinstance(kind, ArrayType):
        inner = path_type(element_type(kind), path)
        return NULL if inner == NULL else ArrayType(_flat_type(inner))
    return path_type(kind.member(path[0]), path[1:]) if isinstance(kind, RecordType) else NULL


def _flat_type(kind: Type) -> Type:
    """What an array of values of this type holds once it is flat."""
    if kind == ANY:
        return ANY
    return join_all(_flat_type(o.element) if isinstance(o, ArrayType) else o for o in members(kind))
