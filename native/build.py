"""Compiles modules: their classes are written out, mypyc makes C of them, and a C compiler makes the rest."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from pathlib import Path
from typing import Any

from native.classes import written
from native.sources import Class, Module, Sources

__all__ = ["chosen_modules", "compile_modules"]

#: What linting a query runs through, from `dqlkit/`. Compiled modules use each other without Python between them.
_PARTS = (
    "diagnostics/__init__.py",
    "diagnostics/lines.py",
    "diagnostics/span.py",
    "functions/__init__.py",
    "functions/function.py",
    "functions/signature.py",
    "hosts/__init__.py",
    "hosts/clear.py",
    "hosts/document.py",
    "hosts/embedded.py",
    "hosts/notation.py",
    "hosts/notations/query_text.py",
    "languages/*.py",
    "languages/*/tree.py",
    "languages/adql/clauses.py",
    "languages/adql/function.py",
    "languages/dql/*.py",
    "languages/dql/commands/__init__.py",
    "languages/syntax/*.py",
    "linting/*.py",
    "linting/rules/*.py",
    "plan/*.py",
    "plan/ops/*.py",
    "types/*.py",
)
#: What is among these and stays as it is.
_LEFT_OUT = (
    # not for linting
    "languages/statement.py",
    "languages/dql/canonical.py",
    "languages/dql/declaration.py",
    "languages/dql/format.py",
    "languages/dql/lift.py",
    "languages/dql/reference.py",
    "languages/dql/substitute.py",
    "languages/syntax/fold.py",
    "languages/syntax/layout.py",
    "languages/syntax/printer.py",
    "linting/baseline.py",
    "linting/discovery.py",
    "linting/documentation.py",
    "linting/schema.py",
    "linting/shape.py",
    "plan/evaluate.py",
    "plan/explain.py",
    "plan/facts.py",
    "plan/parts.py",
    "plan/sampling.py",
    "plan/transform.py",
    "plan/wanted.py",
    # tables and declarations, which load faster in Python's own form
    "languages/dql/vocabulary.py",
    "languages/syntax/tables.py",
    "linting/places.py",
    "linting/rule.py",
    "types/kinds.py",
)

_SETTINGS = """\
[mypy]
ignore_missing_imports = true
follow_imports = silent
follow_imports_for_stubs = true
[mypy-dqlkit.functions.*]
ignore_errors = true
"""


def compile_modules(root: Path) -> dict[str, str]:
    """Compile the modules of a project, in a folder of the build for each version of Python: what was compiled for one does
    not fit another. The files made, and where in the package they belong."""
    folder = root / "build" / "native" / sys.implementation.cache_tag
    sources = Sources(root)
    chosen = list(chosen_modules(sources))
    extended = set(_extended(sources, {module.name for module in chosen}))
    _copy(sources, folder, {module.path: written(module, extended) for module in chosen})
    with chdir(folder):
        return _compile([module.path.relative_to(root).as_posix() for module in chosen])


def chosen_modules(sources: Sources) -> Iterator[Module]:
    """The modules to compile."""
    package = sources.root / "dqlkit"
    left_out = {path for pattern in _LEFT_OUT for path in package.glob(pattern)}
    for path in sorted({path for pattern in _PARTS for path in package.glob(pattern)} - left_out):
        module = sources.module(sources.name(path))
        if module is not None:
            yield module


def _extended(sources: Sources, compiled: set[str]) -> Iterator[Class]:
    """The compiled classes that others are built on which are not."""
    for module in sources.all():
        if module.name not in compiled:
            for one in module.classes.values():
                yield from (base for base in one.lineage[1:] if base.module.name in compiled)


def _copy(sources: Sources, folder: Path, texts: dict[Path, str]) -> None:
    """Copy the package for mypy, with other texts of some modules. A file that stays the same keeps its time."""
    there = folder / "dqlkit"
    known = {path.relative_to(there) for path in there.rglob("*.py")}
    for module in sources.all():
        place = module.path.relative_to(sources.root / "dqlkit")
        known.discard(place)
        target, text = there / place, texts.get(module.path, module.text)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")
    for place in known:
        (there / place).unlink()
    (there / "py.typed").touch()
    (folder / "mypy.ini").write_text(_SETTINGS, "utf-8")


def _compile(files: list[str]) -> dict[str, str]:
    from mypyc.build import mypycify
    from setuptools import Distribution

    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10_000))
    #: Without other packages, of which one machine may have more than another.
    options = ["--config-file=mypy.ini", "--cache-dir=cache", "--no-site-packages"]
    extensions = mypycify([*options, *files], opt_level="3", multi_file=True, group_name="dqlkit", target_dir="c")
    command = Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
    command.build_lib, command.build_temp, command.force = "made", "objects", True
    command.ensure_finalized()
    _compile_together(command, extensions)
    command.run()
    made = (Path(command.get_ext_fullpath(extension.name)) for extension in extensions)
    return {str(path.resolve()): path.relative_to("made").as_posix() for path in made}


def _compile_together(command: Any, extensions: list[Any]) -> None:
    """Compile the C files on all cores, those that changed or include what did, and all once this file
    changes: setuptools does one after the other."""
    from setuptools._distutils.ccompiler import new_compiler
    from setuptools._distutils.sysconfig import customize_compiler

    compiler = new_compiler()
    customize_compiler(compiler)
    #: Calls between modules need no table of symbols, warnings help nobody here.
    flags = ["-fvisibility=hidden", "-g0", "-w"] if compiler.compiler_type == "unix" else []

    def made(extension: Any, source: str) -> str:
        include = [*extension.include_dirs, *command.include_dirs]
        (name,) = compiler.object_filenames([source], output_dir="objects")
        newest = max(os.path.getmtime(path) for path in (source, __file__, *extension.depends))
        if not os.path.exists(name) or os.path.getmtime(name) < newest:
            arguments = [*extension.extra_compile_args, *flags]
            compiler.compile([source], output_dir="objects", include_dirs=include, extra_postargs=arguments)
        return name

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        work = [[pool.submit(made, one, source) for source in one.sources] for one in extensions]
    for extension, done in zip(extensions, work, strict=True):
        extension.extra_objects = [future.result() for future in done]
        extension.sources = []
