"""Compile a copy of this project: `python -m native` makes `build/native/tree`, in which tests and benchmarks run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from native.build import compile_modules


def main() -> None:
    root = Path(__file__).resolve().parent.parent
    tree = root / "build" / "native" / "tree"
    made = compile_modules(root)
    shutil.rmtree(tree, ignore_errors=True)
    listed = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    files = subprocess.run(listed, capture_output=True, check=True, text=True).stdout.split("\0")
    beside = [path.relative_to(root).as_posix() for path in root.glob("dqlkit/compiled/*") if path.suffix != ".py"]
    for name in {*filter(None, files), *beside}:
        _copy(root / name, tree / name)
    for source, place in made.items():
        _copy(Path(source), tree / place)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(tree / "dqlkit")], check=True)
    print(f"{len(made)} files were compiled to {tree.relative_to(root)}")


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


if __name__ == "__main__":
    main()
