"""Syntax trees of patterns: what was written, with offsets into the pattern's text."""

from __future__ import annotations

from dataclasses import dataclass, field

from dqlkit.languages.syntax.tree import Bad, Name, Node

__all__ = [
    "MANY",
    "Array",
    "Atom",
    "Bad",
    "Characters",
    "Definition",
    "Element",
    "Group",
    "Literal",
    "Macro",
    "Matcher",
    "Name",
    "Pattern",
    "Quantifier",
    "Sequence",
    "Setting",
]

MANY = -1
"""The end of a quantifier that names none: `{2,}`."""

Value = str | int | float | bool | None


@dataclass(slots=True)
class Matcher(Node):
    """A matcher by its name, as written."""

    name: str


@dataclass(slots=True)
class Literal(Node):
    """`'text'`; `value` has quotes and escapes undone."""

    value: str


@dataclass(slots=True)
class Characters(Node):
    """`[a-z]`; `text` is what stands between the brackets, as written."""

    text: str


@dataclass(slots=True)
class Macro(Node):
    """`$name`."""

    name: str


@dataclass(slots=True)
class Group(Node):
    """`( a b )` has one sequence, `( a | b )` several."""

    sequences: list[Sequence]


Atom = Matcher | Literal | Characters | Macro | Group | Bad


@dataclass(slots=True)
class Quantifier(Node):
    """`{least,most}`, `*` and `+`; `mark` is the sign where it is one."""

    least: int
    most: int
    mark: str = ""


@dataclass(slots=True)
class Setting(Node):
    """`name = value`. The name is quoted in the list of an `ENUM`; `inner` is the pattern where the value is one.

    `name` is None for a value alone: `TIMESTAMP('yyyy')`.
    """

    name: Name | None
    value: Value = None
    inner: Group | None = None


@dataclass(slots=True)
class Array(Node):
    """`[]` behind a member's matcher, once per dimension."""


@dataclass(slots=True)
class Element(Node):
    """An atom with all that modifies it; `lookaround` is `>>`, `!>>`, `<<` or `!<<`.

    `inner` are the matchers in braces (an empty group for `{}`). `exports` are one or none; a member of `JSON` may have
    the member's name and another one. `meta` is the value in `<…>`.
    """

    atom: Atom
    lookaround: str = ""
    inner: Group | None = None
    configuration: list[Setting] = field(default_factory=list)
    quantifier: Quantifier | None = None
    optional: bool = False
    exports: list[Name] = field(default_factory=list)
    dimensions: int = 0
    meta: Setting | None = None


@dataclass(slots=True)
class Sequence(Node):
    """Elements one after the other; settings stand among them in configurations and in the list of an `ENUM`."""

    elements: list[Element | Setting]


@dataclass(slots=True)
class Definition(Node):
    """`$name = … ;`"""

    name: str
    body: Group


@dataclass(slots=True)
class Pattern(Node):
    """A whole pattern."""

    definitions: list[Definition]
    body: Group
