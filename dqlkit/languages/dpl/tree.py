"""Syntax trees of patterns: what was written, with offsets into the pattern's text."""

from __future__ import annotations

from dqlkit.frozen import field, mutable
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


@mutable
class Matcher(Node):
    """A matcher by its name, as written."""

    name: str


@mutable
class Literal(Node):
    """`'text'`; `value` has quotes and escapes undone."""

    value: str


@mutable
class Characters(Node):
    """`[a-z]`; `text` is what stands between the brackets, as written."""

    text: str


@mutable
class Macro(Node):
    """`$name`."""

    name: str


@mutable
class Group(Node):
    """`( a b )` has one sequence, `( a | b )` several."""

    sequences: list[Sequence]


Atom = Matcher | Literal | Characters | Macro | Group | Bad


@mutable
class Quantifier(Node):
    """`{least,most}`, `*` and `+`; `mark` is the sign where it is one."""

    least: int
    most: int
    mark: str = ""


@mutable
class Setting(Node):
    """`name = value`. The name is quoted in the list of an `ENUM`; `inner` is the pattern where the value is one.

    `name` is None for a value alone: `TIMESTAMP('yyyy')`.
    """

    name: Name | None
    value: str | int | float | bool | None = None
    inner: Group | None = None


@mutable
class Array(Node):
    """`[]` behind a member's matcher, once per dimension."""


@mutable
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


@mutable
class Sequence(Node):
    """Elements one after the other; settings stand among them in configurations and in the list of an `ENUM`."""

    elements: list[Element | Setting]


@mutable
class Definition(Node):
    """`$name = … ;`"""

    name: str
    body: Group


@mutable
class Pattern(Node):
    """A whole pattern."""

    definitions: list[Definition]
    body: Group
