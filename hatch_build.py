"""Compiles what is faster compiled, where a C compiler is at hand.

dqlkit answers the same without it, and so an install where compiling fails goes on. `DQLKIT_PURE=1` leaves it out, for a
wheel that fits everywhere. `DQLKIT_NATIVE=1` compiles the linter too, which takes some minutes (`native/`); an editable
install, which runs the sources as they are, goes without that.
"""

from __future__ import annotations

import os
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: The modules to compile.
MODULES = ("dqlkit.compiled.instants", "dqlkit.compiled.json_decoder", "dqlkit.compiled.json_encoder")


class Compiled(BuildHookInterface[Any]):
    """Puts compiled modules beside their sources, and into the wheel."""

    def dependencies(self) -> list[str]:
        """What compiling the linter takes."""
        return ["mypy>=2.4"] if os.environ.get("DQLKIT_NATIVE") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if os.environ.get("DQLKIT_PURE"):
            return
        try:
            made = compile_modules(Path(self.root))
        except (Exception, SystemExit) as fault:  # compilers fail in many ways
            self.app.display_warning(f"dqlkit is installed without compiled modules: {fault}")
            return
        build_data["artifacts"] += made
        if os.environ.get("DQLKIT_NATIVE") and version != "editable":
            sys.path.insert(0, self.root)
            from native.build import compile_modules as compile_linter

            build_data["force_include"] |= compile_linter(Path(self.root))
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def compile_modules(root: Path) -> list[str]:
    """Compile the modules whose sources changed. The names of the files that were made, from the root."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    with chdir(root):  # Cython takes names of modules from relative paths
        sources = [Extension(name, [name.replace(".", "/") + ".pyx"]) for name in MODULES]
        modules = cythonize(sources, build_dir="build/cython", quiet=True)
        command = Distribution({"ext_modules": modules}).get_command_obj("build_ext")
        command.inplace, command.build_temp = True, "build/compiled"
        command.ensure_finalized()
        command.run()
        return [Path(command.get_ext_fullpath(name)).relative_to(root).as_posix() for name in MODULES]
