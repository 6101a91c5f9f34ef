"""Settings of the linter: `dqlkit.toml`, `.dqlkit.toml` or `[tool.dqlkit]`; the nearest one above a file counts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from dqlkit.diagnostics import Severity
from dqlkit.frozen import field, fields, frozen, replace

if TYPE_CHECKING:
    from dqlkit.linting.rule import Rule

__all__ = ["Settings", "SettingsError", "folder_of", "matches", "read_settings", "settings_for", "upwards"]


class SettingsError(ValueError):
    """A settings file, or a selector, that cannot be understood."""


@frozen
class Settings:
    """What a settings file says.

    `select` and `ignore` name rules: codes, beginnings of codes (`B`), names. `per_file_ignores` maps globs, which may
    carry a `#/pointer` into the document, to selectors. `contexts` maps globs to the context of the queries there.
    `severity` maps such selectors to severities. `variables` are known in every file; `schema` is a file
    that says what tables hold, `tables` maps their names to exports, which editors and tests read.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    contexts: Mapping[str, str] = field(default_factory=dict, hash=False)
    severity: Mapping[str, Severity] = field(default_factory=dict, hash=False)
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    exclude: tuple[str, ...] = ()
    line_length: int = 100
    variables: tuple[str, ...] = ()
    schema: str = ""
    tables: Mapping[str, str] = field(default_factory=dict, hash=False)
    baseline: str = ""
    max_cost: int | None = None
    root: str = field(default="", compare=False)

    def ignored(self, path: str, pointer: str) -> tuple[str, ...]:
        """The selectors that are ignored for a query of a file."""
        found: list[str] = []
        for pattern, selectors in self.per_file_ignores.items():
            glob, _, inside = pattern.partition("#")
            if matches(path, glob, self.root) and (not inside or pointer == inside or pointer.startswith(inside + "/")):
                found += selectors
        return tuple(found)

    def severity_of(self, rule: Rule) -> Severity | None:
        """The severity that was set for a rule, by what names it most closely."""
        fitting = [selector for selector in self.severity if rule.named([selector])]
        return self.severity[max(fitting, key=lambda one: (one != "ALL", len(one)))] if fitting else None

    def context(self, path: str) -> str:
        """The context that was set for a file."""
        return next((c for glob, c in self.contexts.items() if matches(path, glob, self.root)), "")


def matches(path: str, glob: str, root: str) -> bool:
    """Whether a glob, relative to the settings file, means a path; `**` crosses folders."""
    from fnmatch import fnmatchcase  # most settings have no globs
    from pathlib import PurePath

    shown = PurePath(path).as_posix()
    base = PurePath(root).as_posix() if root else ""
    if base and shown.startswith(base + "/"):
        shown = shown[len(base) + 1 :]
    pattern = glob.removeprefix("./").replace("**/", "*")
    return (
        fnmatchcase(shown, pattern)
        or fnmatchcase(os.path.basename(shown), pattern)
        or shown.startswith(glob.rstrip("/") + "/")
    )


_NAMES = {f.name.replace("_", "-"): f for f in fields(Settings) if f.name != "root"}


def read_settings(path: str) -> Settings | None:
    """The settings that a file holds; None for a pyproject.toml without any. Unknown keys are errors."""
    import tomllib  # most runs read no settings

    try:
        with open(path, "rb") as file:
            content = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path}: {problem}") from None
    if os.path.basename(path) == "pyproject.toml":
        tools = content.get("tool", {})
        if "dqlkit" not in tools:
            return None
        if not isinstance(tools["dqlkit"], dict):
            raise SettingsError(f"{path}: `tool.dqlkit` takes a table")
        content = tools["dqlkit"]
    unknown = sorted(set(content) - set(_NAMES))
    if unknown:
        raise SettingsError(f"{path}: unknown key `{unknown[0]}`; known are {', '.join(sorted(_NAMES))}")
    values = {_NAMES[name].name: _typed(path, name, value) for name, value in content.items()}
    wrong = next((s for s in values.get("severity", {}).values() if s not in get_args(Severity)), None)
    if wrong is not None:
        raise SettingsError(f"{path}: there is no severity {wrong!r}; known are {', '.join(get_args(Severity))}")
    return replace(Settings(**values), root=os.path.dirname(path) or os.curdir)


def _typed(path: str, name: str, value: Any) -> Any:
    default = getattr(Settings(), _NAMES[name].name)
    wanted = dict if isinstance(default, dict) else list if isinstance(default, tuple) else type(default)
    if default is not None and not isinstance(value, wanted):
        raise SettingsError(f"{path}: `{name}` takes a {wanted.__name__}")
    if isinstance(value, list):
        return tuple(map(str, value))
    if isinstance(value, dict):
        return {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}
    return value


@cache
def settings_for(folder: str) -> Settings:
    """The nearest settings at or above a folder; the defaults where there are none."""
    for place in upwards(folder):
        for name in (".dqlkit.toml", "dqlkit.toml", "pyproject.toml"):
            if os.path.isfile(path := os.path.join(place, name)):
                found = read_settings(path)
                if found is not None:
                    return found
    return Settings()


def folder_of(path: str) -> str:
    """The folder that a file is in, by its one name."""
    return os.path.realpath(os.path.dirname(path))


def upwards(folder: str) -> Iterator[str]:
    """A folder, and those that it is in."""
    yield folder
    while (above := os.path.dirname(folder)) != folder:
        yield (folder := above)
