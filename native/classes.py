"""Writes declared classes out: in place of `@frozen` and `@mutable` stand the methods that they would make, and in place
of each `@cached_property` an attribute that holds the value once it is known.

Documentation that is read when a program runs is noted by calls, since compiled classes and functions have no docstrings.
A module is changed line by line, so that what is not declared stays as it is, comments for the type checker too.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from native.sources import Class, Module

__all__ = ["written"]

_HEAD = """\
from typing import TYPE_CHECKING as _TYPE_CHECKING, Any as _Any, Final as _Final, cast as _cast
from dqlkit.frozen import Field as _Field, made_again as _made_again, note_fields as _note_fields
if _TYPE_CHECKING:
    from mypy_extensions import mypyc_attr as _mypyc_attr
_UNSET: _Any = object()
"""

_ORDER = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}


def written(module: Module, extended: Collection[Class]) -> str:
    """The text of a module with its classes written out. Those in `extended` are the bases of classes that are not
    compiled."""
    lines = _Lines(module.text)
    for one in module.classes.values():
        _Writer(one, lines).write(one in extended)
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef):
            _document(node, lines)
    if lines.changed:
        future = next(node for node in module.tree.body if isinstance(node, ast.ImportFrom))
        lines.replace(_end(future), _end(future), _HEAD)
    return str(lines)


def _document(node: ast.FunctionDef, lines: _Lines) -> None:
    """Note the docstring of the check of a rule."""
    match node.decorator_list:
        case [ast.Call(func=ast.Name(id="rule"), args=[ast.Constant(value=str(code)), *_])]:
            noted = f"_note_documentation({code!r}, {ast.get_docstring(node, clean=False)!r})"
            lines.replace(
                _end(node),
                _end(node),
                f"\n\nfrom dqlkit.linting.rule import note_documentation as _note_documentation\n{noted}",
            )


class _Lines:
    """Lines, some of which are replaced by others. Lines are counted from 0 here, so the one behind a node has the number
    that its end has in the tree."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.changed: list[tuple[int, int, str]] = []

    def replace(self, start: int, end: int, text: str) -> None:
        self.changed.append((start, end, text))

    def __str__(self) -> str:
        made: list[str] = []
        at = 0
        for start, end, text in sorted(self.changed, key=lambda change: change[0]):
            made += self.lines[at:start]
            made += text.splitlines()
            at = max(at, end)
        return "\n".join([*made, *self.lines[at:]])


@dataclass
class _Declared:
    """A field as its class declares it."""

    module: Module
    node: ast.AnnAssign
    name: str
    annotation: str
    default: ast.expr | None = None
    default_factory: ast.expr | None = None
    init: bool = True
    repr: bool = True
    compare: bool = True
    hash: bool | None = None
    kw_only: bool = False

    @property
    def hashed(self) -> bool:
        return self.compare if self.hash is None else self.hash

    @property
    def again(self) -> str:
        """The field as `frozen` keeps it."""
        said = [f"{name}={ast.unparse(value)}" for name in _VALUES if (value := getattr(self, name)) is not None]
        said += [f"{name}={getattr(self, name)}" for name in _FLAGS if getattr(self, name) is not _FLAGS[name]]
        return f"{self.name}=({self.annotation!r}, _Field({', '.join(said)}))"


_VALUES = ("default", "default_factory")
_FLAGS = {"init": True, "repr": True, "compare": True, "hash": None, "kw_only": False}


def _options(one: Class) -> tuple[str, dict[str, Any]] | None:
    """Whether a class is `frozen` or `mutable`, and with what options; None where it is not declared."""
    for decorator in one.node.decorator_list:
        match decorator:
            case ast.Name(id="frozen" | "mutable" as kind):
                return kind, {}
            case ast.Call(func=ast.Name(id="frozen" | "mutable" as kind), keywords=keywords):
                return kind, {word.arg or "": ast.literal_eval(word.value) for word in keywords}
    return None


def _own_fields(one: Class) -> dict[str, _Declared]:
    _, options = _options(one) or ("", {})
    found = {}
    for node in one.node.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            annotation = ast.unparse(node.annotation)
            if annotation.startswith("ClassVar"):
                continue
            declared = _Declared(one.module, node, node.target.id, annotation)
            match node.value:
                case ast.Call(func=ast.Name(id="field"), keywords=keywords):
                    for word in keywords:
                        value = word.value if word.arg in _VALUES else ast.literal_eval(word.value)
                        setattr(declared, word.arg or "", value)
                case value:
                    declared.default = value
            declared.kw_only = declared.kw_only or options.get("kw_only", False)
            found[declared.name] = declared
    return found


def _fields(one: Class) -> dict[str, _Declared]:
    """The fields of a class with those of its bases."""
    found = {name: declared for base in one.bases for name, declared in _fields(base).items()}
    return {**found, **_own_fields(one)} if _options(one) else found


class _Writer:
    """Writes one class out."""

    def __init__(self, one: Class, lines: _Lines) -> None:
        self.one, self.lines = one, lines
        self.cached = [node for node in one.methods.values() if _is(node, "cached_property")]
        self.fields = _fields(one)

    def write(self, extended: bool) -> None:
        self._decorate(extended)
        for method in self.cached:
            self._cache(method)
        for node in self.one.node.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                self._as_properties(node)
        options = _options(self.one)
        if options:
            self._declare(*options)
        elif self.cached:
            self._unset_in(self.one.methods["__init__"])

    def _decorate(self, extended: bool) -> None:
        node = self.one.node
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
        if extended:
            self.lines.replace(first, first, "@_mypyc_attr(allow_interpreted_subclasses=True)")
        deleted = {
            target.attr
            for inner in ast.walk(node)
            if isinstance(inner, ast.Delete)
            for target in inner.targets
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
        }
        if deleted:
            at = _end(node.body[0]) if ast.get_docstring(node) else node.lineno
            self.lines.replace(at, at, f"    __deletable__ = {sorted(deleted)!r}")

    def _cache(self, node: ast.FunctionDef) -> None:
        (decorator,) = node.decorator_list
        name, kind = node.name, ast.unparse(node.returns or ast.Name("_Any"))
        self.lines.replace(decorator.lineno - 1, decorator.lineno, f"    _kept_{name}: _Any\n\n    @property")
        self.lines.replace(
            node.lineno - 1,
            node.lineno,
            f"    def {name}(self) -> {kind}:\n"
            f"        if self._kept_{name} is _UNSET:\n"
            f"            self._kept_{name} = self._make_{name}()\n"
            f"        return _cast({kind!r}, self._kept_{name})\n\n"
            f"    def _make_{name}(self) -> {kind}:",
        )

    def _unset_in(self, init: ast.FunctionDef) -> None:
        at = _end(init.body[0]) if ast.get_docstring(init) else init.body[0].lineno - 1
        self.lines.replace(at, at, "\n".join(f"        {line}" for line in self._unset()))

    def _unset(self) -> list[str]:
        """Values of cached properties are not known yet, those of the bases too."""
        cached = (
            name for one in self.one.lineage for name, node in one.methods.items() if _is(node, "cached_property")
        )
        return [f"self._kept_{name} = _UNSET" for name in dict.fromkeys(cached)]

    def _as_properties(self, node: ast.Assign) -> None:
        """`stops = True` where a base has a property: mypyc wants a property here too."""
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if not any(_is(base.methods.get(name), "property") for base in self.one.lineage[1:] for name in names):
            return
        value = ast.literal_eval(node.value)
        kind = "bool" if isinstance(value, bool) else "_Any"
        text = "\n".join(
            f"    @property\n    def {name}(self) -> {kind}:\n        return {value!r}\n" for name in names
        )
        self.lines.replace(node.lineno - 1, _end(node), text)

    def _declare(self, kind: str, options: dict[str, Any]) -> None:
        node = self.one.node
        for decorator in node.decorator_list:
            self.lines.replace(decorator.lineno - 1, _end(decorator), "")
        for declared in _own_fields(self.one).values():
            annotation = f"_Final[{declared.annotation}]" if options.get("strict") else declared.annotation
            line = f"    {declared.name}: {annotation}"
            self.lines.replace(declared.node.lineno - 1, _end(declared.node), line)
        methods = [text for name, text in self._methods(kind, options) if name not in self.one.methods]
        noted = "".join(f", {declared.again}" for declared in _own_fields(self.one).values())
        documentation = ast.get_docstring(node, clean=False) or ""
        text = "\n".join(["", *methods, "", f"_note_fields({self.one.name}, {documentation!r}{noted})", ""])
        self.lines.replace(_end(node), _end(node), text)

    def _methods(self, kind: str, options: dict[str, Any]) -> Iterator[tuple[str, str]]:
        fields = self.fields.values()
        yield "__init__", self._init()
        shown = ", ".join(f"{one.name}={{self.{one.name}!r}}" for one in fields if one.repr)
        yield "__repr__", f"    def __repr__(self) -> str:\n        return f'{{type(self).__qualname__}}({shown})'"
        compared = [one.name for one in fields if one.compare]
        if options.get("eq", True):
            # as in a tuple, what is the same object is equal, such as a NaN
            parts = (f"(self.{name} is other.{name} or self.{name} == other.{name})" for name in compared)
            equal = " and ".join(parts) or "True"
            yield "__eq__", self._comparison("__eq__", f"bool({equal})")
        if kind == "frozen":
            hashed = _tuple("self", [one.name for one in fields if one.hashed])
            yield "__hash__", f"    def __hash__(self) -> int:\n        return hash({hashed})"
        yield (
            "__reduce__",
            f"    def __reduce__(self) -> _Any:\n        return _made_again, (self.__class__, {self._given()})",
        )
        if options.get("order"):
            for name, sign in _ORDER.items():
                yield name, self._comparison(name, f"{_tuple('self', compared)} {sign} {_tuple('other', compared)}")

    def _given(self) -> str:
        """The fields that `__init__` takes, by name."""
        return "{" + ", ".join(f"{name!r}: self.{name}" for name, one in self.fields.items() if one.init) + "}"

    def _comparison(self, name: str, answer: str) -> str:
        return (
            f"    def {name}(self, other: object) -> bool:\n"
            f"        if other.__class__ is not self.__class__ or not isinstance(other, {self.one.name}):\n"
            "            return NotImplemented\n"
            f"        return {answer}"
        )

    def _init(self) -> str:
        parameters, body, own = ["self"], [], _own_fields(self.one)
        for one in sorted(self.fields.values(), key=lambda one: one.kw_only):
            name, value, default = one.name, one.name, None
            if one.default is not None:
                default = self._here(one, one.default)
            elif one.default_factory is not None:
                default = "_UNSET"
                made = self._here(one, ast.Call(one.default_factory, [], []))
                value = f"{made} if {name} is _UNSET else {name}" if one.init else made
            elif not one.init:
                continue
            if one.init:
                if one.kw_only and "*" not in parameters:
                    parameters.append("*")
                kind = "_Any" if one.default_factory is not None else self._annotation(one)
                parameters.append(f"{name}: {kind}" + (f" = {default}" if default is not None else ""))
            elif one.default is not None and default is not None:
                value = default
            # a field of a base is final where the base is strict
            body.append(f"self.{name} = {value}" + ("" if name in own else "  # type: ignore[misc, unused-ignore]"))
        body += self._unset()
        if self.one.has("__post_init__"):
            body.append("self.__post_init__()")
        lines = "".join(f"\n        {line}" for line in body or ["pass"])
        return f"    def __init__({', '.join(parameters)}) -> None:{lines}"

    def _annotation(self, one: _Declared) -> str:
        """The annotation of a field, if its names mean something here; what comes is then checked when it is read."""
        known = one.module is self.one.module or self.one.module.knows(ast.parse(one.annotation, mode="eval").body)
        return one.annotation if known else "_Any"

    def _here(self, one: _Declared, value: ast.expr) -> str:
        assert one.module is self.one.module or self.one.module.knows(value), f"{self.one.name}.{one.name}: {value}"
        return ast.unparse(value)


def _is(node: ast.FunctionDef | None, decorator: str) -> bool:
    return node is not None and any(isinstance(one, ast.Name) and one.id == decorator for one in node.decorator_list)


def _end(node: ast.stmt | ast.expr) -> int:
    """The number of the line behind a node."""
    return node.end_lineno or node.lineno


def _tuple(of: str, names: list[str]) -> str:
    return "(" + "".join(f"{of}.{name}, " for name in names) + ")"
