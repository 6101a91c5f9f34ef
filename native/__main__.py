"""Builds the wheel with the linter compiled, and makes `build/native/tree`: a copy of this project in which that is used, so
that tests and benchmarks run with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

#: What files of compiled modules end with.
_COMPILED = (".so", ".pyd")


def main() -> None:
    root = Path(__file__).resolve().parent.parent
    folder, tree = root / "build" / "native", root / "build" / "native" / "tree"
    for old in (tree, folder / "wheel"):
        shutil.rmtree(old, ignore_errors=True)
    wheel = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel", str(root), "--no-deps"]
    options = ["--no-build-isolation", "--wheel-dir", str(folder / "wheel")]
    subprocess.run([*wheel, *options], check=True, env={**os.environ, "DQLKIT_NATIVE": "1"})
    listed = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    files = subprocess.run(listed, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in filter(None, files):
        if (root / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, tree / name)
    (made,) = folder.glob("wheel/*.whl")
    with ZipFile(made) as held:
        names = [name for name in held.namelist() if name.endswith(_COMPILED)]
        held.extractall(tree, names)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(tree / "dqlkit")], check=True)
    print(f"{len(names)} compiled files of {made.name} stand in {tree.relative_to(root)}")


if __name__ == "__main__":
    main()
