"""Members of JSON texts, read for a whole column of texts at once.

Texts of one column mostly have one of a few shapes: the same members in the same order, those that are wanted with values
of the same types. The shape of one text becomes a regular expression that takes just the texts of this shape and captures
what is wanted; since it spells the whole object out, what it takes is known to be JSON, and to have no other member of a
wanted name. Texts that no shape takes are read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from dqlkit.frozen import field, mutable
from dqlkit.functions.function import Piece
from dqlkit.functions.lazy import pl
from dqlkit.types.json import read_value
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, Record, Type
from dqlkit.types.values import Value

__all__ = ["BLANK", "LONGEST", "read_members", "read_values", "value_pattern"]

Path: TypeAlias = tuple[str, ...]
Read: TypeAlias = Callable[[str], list[Value] | None]

#: No more shapes than this are remembered for the same members.
_MOST_SHAPES = 12
#: So many texts of a batch are tried to learn a shape from.
_TRIES = 6
#: Of fewer texts than this, no shape is learned.
_FEW = 8
#: Longer texts are read one by one: a matcher reads no more than so many characters.
LONGEST = 128_000

#: A longer expression would take more time and memory than it saves.
_LARGEST = 20_000

BLANK = r"[ \t\n\r]*"
_TEXT = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
#: A value of a type, captured; a null leaves its group empty.
_CAPTURED: dict[Type, str] = {
    BOOLEAN: "(?:(true|false)|null)",
    LONG: r"(?:(-?(?:0|[1-9][0-9]{0,17}))|null)",
    DOUBLE: r"(?:(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+))|null)",
    STRING: r'(?:"([^"\\\x00-\x1f]*)"|null)',
    NULL: "null",
}


class _Shapeless(Exception):
    """A text whose shape cannot be told apart by a regular expression of this kind."""


@mutable
class _Shape:
    """The texts that `regex` takes. `found` has the type of each value that is captured, and `members` the names in each
    object that is. The groups of the expression are the values at `groups`, and an empty one at the end."""

    regex: str
    found: dict[Path, Type]
    groups: list[Path]
    members: dict[Path, list[str]]

    def pieces(self, rows: pl.Series, groups: pl.DataFrame, paths: Sequence[Path]) -> Iterator[Piece]:
        """What the texts in these rows hold at each path."""
        for path in paths:
            yield Piece(rows, self._column(path, groups), self._kind(path))

    def _kind(self, path: Path) -> Type:
        if path in self.members:
            return Record((name, self._kind((*path, name))) for name in self.members[path])
        return self.found.get(path, NULL)

    def _column(self, path: Path, groups: pl.DataFrame) -> pl.Series:
        if path in self.members:
            held = {name: self._column((*path, name), groups) for name in self.members[path]}
            return pl.DataFrame(held).to_struct()
        kind = self.found.get(path, NULL)
        if kind == NULL:
            return pl.repeat(None, groups.height, dtype=pl.Boolean, eager=True)
        return _typed(groups.to_series(self.groups.index(path)), kind)


def _typed(texts: pl.Series, kind: Type) -> pl.Series:
    if kind == BOOLEAN:
        return texts == "true"
    return texts if kind == STRING else texts.cast(pl.Int64 if kind == LONG else pl.Float64)


@lru_cache(maxsize=64)
def _shapes(paths: tuple[Path, ...], loose: bool) -> list[_Shape]:
    """The shapes that were met last for these members; what one batch of texts taught serves the next one."""
    return []


def read_members(
    texts: pl.Series,
    paths: Sequence[Path],
    loose: bool,
    read: Read,
    starts: pl.Series | None = None,
    doubtful: pl.Series | None = None,
) -> list[list[Piece]]:
    """What each path leads to in the object in each text. `read` does it for one text, and is right for any; a text for
    which it answers None is in no piece. Blanks may stand before an object where it is `loose`.

    `starts` are the texts from where the objects start, if that is not their own start, and null where there are none;
    `doubtful` says of which `read` has to be asked."""
    found: list[list[Piece]] = [[] for _ in paths]
    known, lead = _shapes(tuple(paths), loose), f"^{BLANK}" if loose else "^"
    held = pl.DataFrame({"text": texts if starts is None else starts, "whole": texts}).with_row_index("row")
    asked = pl.col("text").str.len_bytes() > LONGEST
    asked = asked if doubtful is None else (asked | doubtful).fill_null(False)
    held = held.with_columns(asked=asked).filter(pl.col("asked") | pl.col("text").str.contains(lead + r"\{"))
    one_by_one, left = [held.filter("asked")], held.filter(~pl.col("asked")) if held["asked"].any() else held
    for shape in list(known):
        left = _taken(shape, left, paths, found) if left.height else left
    for _ in range(_TRIES):
        if left.height < _FEW:
            break
        try:
            shape = _shape(left["text"][0], paths, lead)
        except _Shapeless:
            one_by_one.append(left.head(1))
            left = left.slice(1)
        else:
            left = _taken(shape, left, paths, found)
            known[:] = [shape, *known[: _MOST_SHAPES - 1]]
    _read_each(pl.concat([*one_by_one, left]), read, found)
    return found


def read_values(texts: pl.Series) -> list[Piece]:
    """What each text spells, which is one JSON value."""
    held = pl.DataFrame({"text": texts}).with_row_index("row")
    pieces: list[Piece] = []
    for kind in (STRING, LONG, DOUBLE, BOOLEAN):
        found = held["text"].str.extract(f"^{_CAPTURED[kind]}$", 1)
        taken = found.is_not_null()
        pieces.append(Piece(held["row"].filter(taken), _typed(found.filter(taken), kind), kind))
        held = held.filter(~taken)
    held = held.filter(pl.col("text") != "null")
    objects = held["text"].str.starts_with("{")
    rows = held["row"].filter(objects)
    (read,) = read_members(held["text"].filter(objects), [()], False, lambda text: [_value_of(text)])
    pieces += [Piece(rows.gather(piece.rows), piece.values, piece.kind) for piece in read]
    others = held.filter(~objects)
    return [*pieces, Piece(others["row"], [_value_of(text) for text in others["text"].to_list()], None)]


def _value_of(text: str) -> Value:
    read = read_value(text, 0)
    assert read is not None, "it was found to be JSON"
    return read[0]


def _taken(shape: _Shape, left: pl.DataFrame, paths: Sequence[Path], found: list[list[Piece]]) -> pl.DataFrame:
    """Read the texts that a shape takes; gives those that it does not."""
    groups = left["text"].str.extract_groups(shape.regex).struct.unnest()
    taken = groups.to_series(-1).is_not_null()
    if not taken.any():
        return left
    every = bool(taken.all())
    rows, whole = (left["row"], groups) if every else (left["row"].filter(taken), groups.filter(taken))
    for one, piece in zip(found, shape.pieces(rows, whole, paths), strict=True):
        one.append(piece)
    return left.clear() if every else left.filter(~taken)


def _read_each(left: pl.DataFrame, read: Read, found: list[list[Piece]]) -> None:
    answers = [read(text) for text in left["whole"].to_list()]
    rows = left["row"].filter(pl.Series([answer is not None for answer in answers], dtype=pl.Boolean))
    if rows.len():
        values = zip(*(answer for answer in answers if answer is not None), strict=True)
        for one, column in zip(found, values, strict=True):
            one.append(Piece(rows, column, None))


# ---- the shape of a text --------------------------------------------------------------------------------------------


def _shape(text: str, paths: Sequence[Path], lead: str) -> _Shape:
    at = len(text) - len(text.lstrip(" \t\n\r"))
    if read_value(text, at) is None:
        raise _Shapeless
    scan = _Scan(text, BLANK if any(mark in text for mark in " \t\n\r") else "")
    regex = scan.object(at, (), frozenset(paths))
    if len(regex) > _LARGEST:
        raise _Shapeless
    return _Shape(f"{lead}{regex}()", scan.found, scan.groups, scan.members)


@mutable
class _Scan:
    """Goes over one text, which is JSON, and writes the expression. `at` is where it is."""

    text: str
    blank: str
    found: dict[Path, Type] = field(default_factory=dict)
    groups: list[Path] = field(default_factory=list)
    members: dict[Path, list[str]] = field(default_factory=dict)
    at: int = 0

    def object(self, at: int, above: Path, wanted: frozenset[Path]) -> str:
        """An object whose member by member is spelled out."""
        self.at = at + 1
        names: list[str] = []
        parts: list[str] = []
        while self._next() != "}":
            if names:
                self.at += 1  # behind the comma
            name = self._name()
            names.append(name)
            parts.append(f'"{pl.escape_regex(name)}"{self.blank}:{self.blank}{self._member((*above, name), wanted)}')
        whole = _is_within(above, wanted)
        if len(set(names)) < len(names) or (whole and not names):
            raise _Shapeless
        if whole:
            self.members[above] = names
        self.at += 1
        comma = f"{self.blank},{self.blank}"
        return rf"\{{{self.blank}{comma.join(parts)}{self.blank}\}}"

    def _next(self) -> str:
        """The next character that is no blank."""
        while self.text[self.at] in " \t\n\r":
            self.at += 1
        return self.text[self.at]

    def _name(self) -> str:
        self._next()
        start = self.at
        name = self._value()
        if not isinstance(name, str) or self.text[start + 1 : self.at - 1] != name:
            raise _Shapeless  # it has escapes, which another text may not have
        self._next()
        self.at += 1  # behind the colon
        self._next()
        return name

    def _value(self) -> Value:
        read = read_value(self.text, self.at)
        if read is None:
            raise _Shapeless
        value, self.at = read
        return value

    def _member(self, path: Path, wanted: frozenset[Path]) -> str:
        captured = _is_within(path, wanted)
        opened = captured or any(one[: len(path)] == path for one in wanted)
        if opened and self.text[self.at] == "{":
            return self.object(self.at, path, wanted)
        value = self._value()
        if not opened:
            return _anything(value)
        kind = _KINDS.get(type(value))
        if kind is None:
            raise _Shapeless
        if not captured:  # members are wanted of what is no object
            return f"(?:{_TEXT}|{_NUMBER}|true|false|null)"
        self.found[path] = kind
        if kind != NULL:
            self.groups.append(path)
        return _CAPTURED[kind]


def _is_within(path: Path, wanted: frozenset[Path]) -> bool:
    """Whether a path is wanted, or one that it starts with."""
    return any(path[:length] in wanted for length in range(len(path) + 1))


_KINDS: dict[type, Type] = {bool: BOOLEAN, int: LONG, float: DOUBLE, str: STRING, type(None): NULL}


def _anything(value: Value) -> str:
    """Any value without values in it; for an array or an object any that is nested no deeper than three times."""
    if not isinstance(value, (dict, list)):
        return value_pattern(0)
    return value_pattern(3 if any(isinstance(one, (dict, list)) for one in _held(value)) else 1)


@lru_cache(maxsize=4)
def value_pattern(depth: int) -> str:
    """An expression for any value with so many arrays and objects in one another."""
    inner = scalar = f"{_TEXT}|{_NUMBER}|true|false|null"
    for _ in range(depth):
        item = f"{BLANK}(?:{inner}){BLANK}"
        member = f"{BLANK}{_TEXT}{BLANK}:{item}"
        array = rf"\[(?:{BLANK}|{item}(?:,{item})*)\]"
        inner = rf"{scalar}|{array}|\{{(?:{BLANK}|{member}(?:,{member})*)\}}"
    return f"(?:{inner})"


def _held(value: Value) -> Sequence[Value]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
