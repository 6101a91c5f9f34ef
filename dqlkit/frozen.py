"""Classes declared by their fields, like dataclasses, but free until they are used.

`dataclass` compiles the methods of each class when its module is imported. A linter declares a hundred classes and
makes instances of forty, so that was a quarter of the time in which `dqlkit lint` starts. Here a method is compiled
when it is first called, and what was compiled is kept for the next process. The rest is as with dataclasses: fields are
the annotated names of the body, a value there is the default, and `field` says more.

`frozen` declares what does not change: the type checker enforces it, and with `strict` each instance does.
`mutable` declares what does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast, dataclass_transform, overload

from dqlkit.kept import Shelf

if TYPE_CHECKING:
    from types import CodeType

__all__ = [
    "METHODS",
    "Field",
    "compiled",
    "field",
    "fields",
    "frozen",
    "made_again",
    "mutable",
    "note_fields",
    "replace",
]

T = TypeVar("T")

_NOTHING: Any = type("_Nothing", (), {"__repr__": lambda _: "NOTHING"})()
_FIELDS = "__declared_fields__"

#: The compiled methods by their text.
METHODS = Shelf("methods")


class Field(Generic[T]):
    """What is declared of one field. `name` and `type`, the annotation as text, are known once its class is made."""

    __slots__ = ("compare", "default", "default_factory", "hash", "init", "kw_only", "name", "repr", "type")

    def __init__(
        self,
        default: T = _NOTHING,
        default_factory: Callable[[], T] = _NOTHING,
        init: bool = True,
        repr: bool = True,
        compare: bool = True,
        hash: bool | None = None,
        kw_only: bool = False,
    ) -> None:
        self.name = self.type = ""
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.hash = compare if hash is None else hash
        self.kw_only = kw_only


@overload
def field(
    *, default: T, init: bool = ..., repr: bool = ..., compare: bool = ..., hash: bool = ..., kw_only: bool = ...
) -> T: ...


@overload
def field(
    *,
    default_factory: Callable[[], T],
    init: bool = ...,
    repr: bool = ...,
    compare: bool = ...,
    hash: bool = ...,
    kw_only: bool = ...,
) -> T: ...


@overload
def field(*, init: bool = ..., repr: bool = ..., compare: bool = ..., hash: bool = ..., kw_only: bool = ...) -> Any: ...


def field(
    *,
    default: Any = _NOTHING,
    default_factory: Callable[[], Any] = _NOTHING,
    init: bool = True,
    repr: bool = True,
    compare: bool = True,
    hash: bool | None = None,
    kw_only: bool = False,
) -> Any:
    """A field with a default that is made anew for each instance, or one that equality, hash, `repr` or `__init__` skip."""
    return Field(default, default_factory, init, repr, compare, hash, kw_only)


def fields(declared: object) -> tuple[Field[Any], ...]:
    """The fields of a declared class, or of an instance of one; none of anything else."""
    return cast("tuple[Field[Any], ...]", getattr(declared, _FIELDS, ()))


def replace(instance: T, /, **changes: Any) -> T:
    """The instance with other values in some of its fields."""
    kind = instance.__class__
    names = _INIT_NAMES.get(kind)
    for name in _init_names(kind) if names is None else names:
        if name not in changes:
            changes[name] = getattr(instance, name)
    return kind(**changes)


#: Cache: what the constructor of a class takes.
_INIT_NAMES: dict[type, tuple[str, ...]] = {}


def _init_names(kind: type) -> tuple[str, ...]:
    _INIT_NAMES[kind] = tuple(one.name for one in fields(kind) if one.init)
    return _INIT_NAMES[kind]


@overload
def frozen(declared: type[T], /) -> type[T]: ...


@overload
def frozen(
    *, strict: bool = ..., order: bool = ..., slots: bool = ..., kw_only: bool = ...
) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(
    declared: Any = None,
    /,
    *,
    strict: bool = False,
    order: bool = False,
    slots: bool = True,
    kw_only: bool = False,
) -> Any:
    """The class; instances are equal and hashed by their fields, and with `order` ordered by them.

    A class that caches properties needs `slots=False`, here as with `mutable`.
    """
    methods = {"__init__": _init, "__repr__": _repr, "__eq__": _eq, "__hash__": _hash}
    if order:
        methods |= {"__lt__": _lt, "__le__": _le, "__gt__": _gt, "__ge__": _ge}
    return _decorator(declared, methods, _STRICT if strict else {}, slots, kw_only)


@overload
def mutable(declared: type[T], /) -> type[T]: ...


@overload
def mutable(*, eq: bool = ..., slots: bool = ...) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(field_specifiers=(field,))
def mutable(declared: Any = None, /, *, eq: bool = True, slots: bool = True) -> Any:
    """The class; instances are equal by their fields and have no hash, unless `eq` is off and identity decides."""
    methods = {"__init__": _init, "__repr__": _repr, **({"__eq__": _eq} if eq else {})}
    return _decorator(declared, methods, {"__hash__": None} if eq else {}, slots, kw_only=False)


Maker: TypeAlias = Callable[[type], Callable[..., Any]]


class _Late:
    """A method that is compiled when it is first asked for, and then takes its place in the class."""

    __slots__ = ("kind", "make", "name")

    def __init__(self, make: Maker) -> None:
        self.make = make

    def __set_name__(self, kind: type, name: str) -> None:
        self.kind, self.name = kind, name

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        method = self.make(self.kind)
        setattr(self.kind, self.name, method)
        return method.__get__(instance, owner)


def _decorator(declared: Any, methods: dict[str, Maker], shared: dict[str, Any], slots: bool, kw_only: bool) -> Any:
    def declare(kind: type) -> type:
        own = vars(kind)
        made = {name: _Late(make) for name, make in methods.items() if name not in own}
        made.update({name: value for name, value in shared.items() if own.get(name) is None})
        return (_with_slots if slots else _without_slots)(kind, made, _own_fields(kind, kw_only))

    return declare if declared is None else declare(declared)


def _with_slots(kind: type, made: dict[str, Any], own: dict[str, Field[Any]]) -> type:
    """Python takes slots only when a class is made, so it is made anew."""
    known = _known_fields(kind, own)
    body = {name: value for name, value in vars(kind).items() if name not in own and name not in _PER_CLASS}
    taken = {name for base in kind.__mro__[1:] for name in vars(base).get("__slots__", ())}
    body["__slots__"] = tuple(name for name in own if name not in taken)
    return type(kind)(kind.__name__, kind.__bases__, {**body, **made, **known})


def _without_slots(kind: type, made: dict[str, Any], own: dict[str, Field[Any]]) -> type:
    for name, one in own.items():
        if one.default is not _NOTHING:
            setattr(kind, name, one.default)
        elif name in vars(kind):
            delattr(kind, name)
    for name, value in {**made, **_known_fields(kind, own)}.items():
        setattr(kind, name, value)
        if isinstance(value, _Late):
            value.__set_name__(kind, name)
    return kind


#: What Python adds to each class that has no slots.
_PER_CLASS = ("__dict__", "__weakref__")


def _own_fields(kind: type, kw_only: bool) -> dict[str, Field[Any]]:
    body = vars(kind)
    found = {}
    for name, annotation in body.get("__annotations__", {}).items():
        if not annotation.startswith("ClassVar"):
            given = body.get(name, _NOTHING)
            found[name] = one = given if isinstance(given, Field) else Field(given)
            one.name, one.type, one.kw_only = name, annotation, one.kw_only or kw_only
    return found


def _known_fields(kind: type, own: dict[str, Field[Any]]) -> dict[str, Any]:
    """The fields with those of the bases, and what patterns of `match` name by position."""
    known: dict[str, Field[Any]] = {}
    for base in reversed(kind.__mro__[1:]):
        known.update({one.name: one for one in vars(base).get(_FIELDS, ())})
    known |= own
    by_position = tuple(one.name for one in known.values() if one.init and not one.kw_only)
    return {_FIELDS: tuple(known.values()), "__match_args__": by_position}


def made_again(kind: type[T], values: dict[str, Any]) -> T:
    """What `copy` and `pickle` make of an instance of a compiled class."""
    return kind(**values)


def note_fields(kind: type, documentation: str, /, **own: tuple[str, Field[Any]]) -> None:
    """Note what is declared of a class whose methods were written out before it was compiled: its docstring, and each
    field with its annotation."""
    for name, (annotation, one) in own.items():
        one.name, one.type = name, annotation
    for name, value in _known_fields(kind, {name: one for name, (_, one) in own.items()}).items():
        setattr(kind, name, value)
    kind.__doc__ = documentation


def compiled(name: str, parameters: str, body: list[str], names: dict[str, Any], kind: type) -> Callable[..., Any]:
    """The method of a class that has the lines of a body, which may use what `names` holds."""
    exec(METHODS.take(f"def {name}({parameters}):\n " + "\n ".join(body or ["pass"]), _code), names)
    method: Callable[..., Any] = names[name]
    method.__qualname__ = f"{kind.__qualname__}.{name}"
    return method


def _code(source: str) -> CodeType:
    return compile(source, "<declared>", "exec")


def _init(kind: type) -> Callable[..., Any]:
    assign = "put(self, '{0}', {1})" if kind.__setattr__ is _refuse else "self.{0} = {1}"
    names: dict[str, Any] = {"NOTHING": _NOTHING, "put": object.__setattr__}
    ordered = sorted(fields(kind), key=lambda one: one.kw_only)
    parameters, body = ["self"], []
    for one in ordered:
        name, value = one.name, one.name
        if one.default is not _NOTHING:
            names[f"default_{name}"] = one.default
        elif one.default_factory is not _NOTHING:
            names[f"make_{name}"] = one.default_factory
            value = f"make_{name}() if {name} is NOTHING else {name}" if one.init else f"make_{name}()"
        elif not one.init:
            continue
        if one.kw_only and "*" not in parameters:
            parameters.append("*")
        if one.init:
            parameters.append(name + _default(one))
        elif one.default is not _NOTHING:
            value = f"default_{name}"
        body.append(assign.format(name, value))
    if hasattr(kind, "__post_init__"):
        body.append("self.__post_init__()")
    return compiled("__init__", ", ".join(parameters), body, names, kind)


def _default(one: Field[Any]) -> str:
    if one.default is not _NOTHING:
        return f"=default_{one.name}"
    return "=NOTHING" if one.default_factory is not _NOTHING else ""


def _repr(kind: type) -> Callable[..., Any]:
    shown = ", ".join(f"{one.name}={{self.{one.name}!r}}" for one in fields(kind) if one.repr)
    return compiled("__repr__", "self", [f"return f'{{type(self).__qualname__}}({shown})'"], {}, kind)


def _values(of: str, names: Sequence[str]) -> str:
    return "(" + "".join(f"{of}.{name}, " for name in names) + ")"


def _hash(kind: type) -> Callable[..., Any]:
    hashed = [one.name for one in fields(kind) if one.hash]
    return compiled("__hash__", "self", [f"return hash({_values('self', hashed)})"], {}, kind)


def _comparison(name: str, sign: str) -> Maker:
    def make(kind: type) -> Callable[..., Any]:
        compared = [one.name for one in fields(kind) if one.compare]
        answer = f"{_values('self', compared)} {sign} {_values('other', compared)}"
        body = [f"return {answer} if other.__class__ is self.__class__ else NotImplemented"]
        return compiled(name, "self, other", body, {}, kind)

    return make


_eq = _comparison("__eq__", "==")
_lt = _comparison("__lt__", "<")
_le = _comparison("__le__", "<=")
_gt = _comparison("__gt__", ">")
_ge = _comparison("__ge__", ">=")


def _refuse(self: Any, name: str, value: Any = None) -> None:
    raise AttributeError(f"{type(self).__name__} does not change; {name} cannot be assigned")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _restore(self: Any, values: list[Any]) -> None:
    for one, value in zip(fields(self), values, strict=True):
        object.__setattr__(self, one.name, value)


_STRICT = {"__setattr__": _refuse, "__delattr__": _refuse, "__getstate__": _state, "__setstate__": _restore}
