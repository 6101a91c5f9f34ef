"""Signatures: how the Python signature of a declaration is read as the DQL one.

`def name(positional, *variadic, named=default)` says it all: keyword-only parameters are named (`name:value`), a default
makes a parameter optional, snake_case becomes camelCase, and annotations are words of a vocabulary (`Long | Double`,
`Array[T]`, `Constant[String]`). Annotations are read as text; nothing heavy is imported for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from dqlkit.frozen import field, frozen, replace

__all__ = ["REQUIRED", "Kind", "Parameter", "Signature", "camel_case", "parameter_names", "read_signature"]


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Final = _Required()
"""The default of a parameter that has none."""


@frozen
class Kind:
    """What a parameter takes.

    `types` are the accepted type names, empty for any. `role` says in what form: `expression` (a value of each record),
    `constant` (known before the first record), or one of the roles of commands. `variable` names a type variable,
    `element` the kind of an array's elements, `options` the words of an enumeration, `minimum` and `maximum` the range
    of numbers; a text for which `reads` returns None is rejected, and `said` describes what is allowed. `like` names
    another parameter: an omitted argument is the field with the name given there. `assign` is `""`, `optional` or
    `mandatory` (`name = value`); `many` allows several values in `{ }`; `sortable` allows `asc`, `desc`. `spelled` may
    be given by position, but the canonical text writes `name:value`. A `hint` is meant for the vendor's storage or
    planner: the plan keeps it, but it has no effect. What is `joined` reads the records of the sub-query beside it. A
    variadic parameter takes at least one value unless it admits `none`. A `written` constant is a literal, not a
    computed value.
    """

    types: frozenset[str] = frozenset()
    role: str = "expression"
    variable: str = ""
    element: Kind | None = None
    options: tuple[str, ...] = ()
    minimum: int | float | None = None
    maximum: int | float | None = None
    reads: Callable[[str], object] | None = None
    said: str = ""
    like: str = ""
    assign: str = ""
    many: bool = False
    sortable: bool = False
    spelled: bool = False
    none: bool = False
    written: bool = False
    hint: bool = False
    joined: bool = False

    def __or__(self, other: Kind | None) -> Kind:
        if other is None:  # "| None" marks a default and is no type
            return self
        return replace(self, types=self.types | other.types if self.types and other.types else frozenset())

    def allows(self, value: object) -> bool:
        """Whether a value of an accepted type is one of the options, within the limits, and can be read."""
        if isinstance(value, str):
            read = self.reads is None or self.reads(value) is not None
            return read and (not self.options or value in self.options)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)
        return True

    @property
    def is_constant(self) -> bool:
        """Whether it is known before the first record, so that no field can stand in it."""
        return self.role in ("constant", "plain")

    @property
    def limited(self) -> bool:
        """Whether `allows` can reject a value."""
        return bool(self.options or self.reads) or self.minimum is not None or self.maximum is not None

    @property
    def limits(self) -> str:
        """The restriction of `allows`, in words."""
        if self.options:
            return " or ".join(f'"{option}"' for option in self.options)
        if self.minimum is None and self.maximum is None:
            return self.said
        bounds = (("from", self.minimum), ("to", self.maximum))
        return " ".join(["a number", *(f"{word} {bound}" for word, bound in bounds if bound is not None)])


@frozen
class Parameter:
    """One parameter: `name` as the language writes it, `python` as the body does."""

    name: str
    python: str
    kind: Kind
    default: object = REQUIRED
    named: bool = False
    variadic: bool = False

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


@frozen
class Signature:
    """Parameters in the order of their definition, and what comes out: `nullable` where the body may answer None.

    `positional` are those that values without a name go to, `required` those that have to be given; `names` says that one
    parameter gets the names of the values of another one.
    """

    parameters: tuple[Parameter, ...]
    result: Kind
    nullable: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    positional: tuple[Parameter, ...] = field(init=False, compare=False, repr=False)
    required: tuple[Parameter, ...] = field(init=False, compare=False, repr=False)
    names: bool = field(init=False, compare=False, repr=False)
    _by_name: Mapping[str, Parameter] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        written = [parameter for parameter in self.parameters if parameter.kind.role != "names"]
        by_name = {parameter.name.lower(): parameter for parameter in self.parameters}
        by_name |= {alias: by_name[name.lower()] for alias, name in self.aliases.items()}
        for name, value in (
            ("positional", tuple(parameter for parameter in written if not parameter.named)),
            ("required", tuple(parameter for parameter in written if parameter.required and not parameter.variadic)),
            ("names", len(written) < len(self.parameters)),
            ("_by_name", by_name),
        ):
            object.__setattr__(self, name, value)

    def find(self, name: str) -> Parameter | None:
        """The parameter of that name or alias, in any letter case."""
        return self._by_name.get(name) or self._by_name.get(name.lower())


def camel_case(name: str) -> str:
    """`case_sensitive` as DQL writes it; a trailing underscore only keeps Python's keywords away."""
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def parameter_names(body: Callable[..., Any]) -> tuple[str, ...]:
    """The names of all parameters of a Python function but the variadic one."""
    code = body.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


#: Parameters that a body may ask for and no query writes.
HIDDEN = frozenset({"context", "records", "source", "bind", "return"})

_KIND_CACHE: dict[tuple[int, str], Kind] = {}


def _read_kind(annotation: str, vocabulary: Mapping[str, Any]) -> Kind:
    found = _KIND_CACHE.get((id(vocabulary), annotation))
    if found is None:
        # Annotations are our own source text, never a user's.
        found = eval(annotation, {"__builtins__": {}}, dict(vocabulary))
        _KIND_CACHE[id(vocabulary), annotation] = found
    return found


def read_signature(body: Callable[..., Any], vocabulary: Mapping[str, Any], order: Sequence[str] = ()) -> Signature:
    """The signature of a declaration. `order` gives the canonical order where it is not the one of the definition."""
    code, notes = body.__code__, body.__annotations__
    positional = code.co_varnames[: code.co_argcount]
    named = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    star = code.co_varnames[code.co_argcount + code.co_kwonlyargcount] if code.co_flags & 0x04 else ""
    defaults = body.__defaults__ or ()
    values: dict[str, object] = dict(zip(positional[len(positional) - len(defaults) :], defaults, strict=True))
    values |= body.__kwdefaults__ or {}

    def parameter(name: str) -> Parameter:
        return Parameter(
            camel_case(name),
            name,
            _read_kind(notes[name], vocabulary),
            values.get(name, REQUIRED),
            named=name in named,
            variadic=name == star,
        )

    names = [*positional, *([star] if star else []), *named]
    parameters = {p.name: p for p in (parameter(name) for name in names if name not in HIDDEN)}
    rest = [name for name in parameters if name not in order]
    result = _read_kind(notes["return"], vocabulary)
    return Signature(tuple(parameters[name] for name in [*order, *rest]), result, _says_none(notes["return"]))


def _says_none(annotation: str) -> bool:
    """Whether a result may be None. `Anything`, a value of any kind, may be None as well."""
    return any(word.strip() in ("None", "Anything", "Null") for word in annotation.split("|"))
