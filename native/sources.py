"""The modules of dqlkit as syntax trees: what a name in one means, and which classes are built on which."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

__all__ = ["Class", "Module", "Sources"]


class Module:
    """A module and what its top level binds."""

    def __init__(self, sources: Sources, name: str, path: Path) -> None:
        self.sources, self.name, self.path = sources, name, path
        self.text = path.read_text("utf-8")
        self.tree = ast.parse(self.text)
        self.imports: dict[str, tuple[str, str]] = {}
        #: What the top level binds, and Python itself.
        self.names = set(dir(builtins))
        self._bind(self.tree.body)
        self.classes = {node.name: Class(self, node) for node in self.tree.body if isinstance(node, ast.ClassDef)}

    def _bind(self, body: list[ast.stmt]) -> None:
        for node in body:
            match node:
                case ast.ImportFrom(module=str(module), names=aliases):
                    self.imports |= {alias.asname or alias.name: (module, alias.name) for alias in aliases}
                    self.names |= {alias.asname or alias.name for alias in aliases}
                case ast.Import(names=aliases):
                    self.names |= {alias.asname or alias.name.partition(".")[0] for alias in aliases}
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                    self.names.add(name)
                case ast.Assign(targets=targets):
                    self.names |= {target.id for target in targets if isinstance(target, ast.Name)}
                case ast.If(body=inner):
                    self._bind(inner)

    def knows(self, expression: ast.expr) -> bool:
        """Whether all names of an expression mean something here."""
        return all(node.id in self.names for node in ast.walk(expression) if isinstance(node, ast.Name))

    def find(self, expression: ast.expr) -> Class | None:
        """The class of dqlkit that an expression names here; None for any other."""
        match expression:
            case ast.Subscript(value=value):
                return self.find(value)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in self.imports:
                module = self.sources.module(".".join(self.imports[name]))
                return module.find(ast.Name(attribute)) if module else None
            case ast.Name(id=name) if name in self.classes:
                return self.classes[name]
            case ast.Name(id=name) if name in self.imports:
                origin, named = self.imports[name]
                module = self.sources.module(origin)
                return module.find(ast.Name(named)) if module else None
        return None


class Class:
    """A class at the top level of a module."""

    def __init__(self, module: Module, node: ast.ClassDef) -> None:
        self.module, self.node, self.name = module, node, node.name

    @cached_property
    def bases(self) -> list[Class]:
        """Those that are classes of dqlkit."""
        return [base for base in map(self.module.find, self.node.bases) if base is not None]

    @cached_property
    def lineage(self) -> list[Class]:
        """The class and all it is built on, the nearest first."""
        return [self, *(one for base in self.bases for one in base.lineage)]

    @property
    def methods(self) -> dict[str, ast.FunctionDef]:
        return {node.name: node for node in self.node.body if isinstance(node, ast.FunctionDef)}

    def has(self, method: str) -> bool:
        """Whether the class, or one that it is built on, defines a method."""
        return any(method in one.methods for one in self.lineage)


class Sources:
    """The modules below a folder, read when they are asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.module = cache(self._read)

    def _read(self, name: str) -> Module | None:
        path = self.root.joinpath(*name.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        return Module(self, name, path) if name.startswith("dqlkit") and path.is_file() else None

    def name(self, path: Path) -> str:
        """The name of the module in a file."""
        return ".".join(path.relative_to(self.root).with_suffix("").parts).removesuffix(".__init__")

    def all(self) -> Iterator[Module]:
        for path in sorted(self.root.glob("dqlkit/**/*.py")):
            module = self.module(self.name(path))
            if module is not None:
                yield module
