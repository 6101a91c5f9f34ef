"""Test files: `*.dqltest.yaml`.

    now: 2026-01-01T00:00:00Z            # also timezone, variables, folder: for all tests
    tables: {logs: [{level: ERROR}], orders: exports/orders.ndjson}
    tests:
      - name: errors
        query: 'fetch logs | filter level == "ERROR"'     # or file:NAME, or NAME#POINTER
        expect: {records: [{level: ERROR}]}

What a test says for itself goes before what the file says. Paths are relative to the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, cast

from dqlkit.checks.yaml_text import Lined, parsed
from dqlkit.frozen import field, frozen
from dqlkit.languages.language import LanguageName
from dqlkit.wire.values import BY_NAME

__all__ = ["ENDING", "EXPECTED", "Case", "Expected", "TestFileError", "discover", "read"]

ENDING = ".dqltest.yaml"

_OF_RUN = ("now", "timezone", "variables", "folder", "timeframe", "locale")
_OF_FILE = (*_OF_RUN, "tables", "tests")
_OF_TEST = (*_OF_RUN, "tables", "name", "query", "language", "expect")
EXPECTED = ("records", "order", "tolerance", "types", "columns", "lint", "error", "max_cost")


class TestFileError(Exception):
    """A test file that cannot be read, with the place and what was expected there."""

    __test__ = False  # no test of pytest's


@frozen
class Expected:
    """What a test expects; what is None is not looked at. `given` are the keys that it names."""

    given: frozenset[str] = frozenset()
    records: list[Any] | None = None
    order: Literal["keep", "ignore"] = "keep"
    tolerance: float = 1e-12
    types: Mapping[str, str] | None = None
    columns: list[str] | None = None
    lint: list[str] | None = None
    error: str | None = None
    max_cost: int | None = None

    @property
    def runs(self) -> bool:
        """Whether the query has to be run."""
        return not self.given or not self.given.isdisjoint(("records", "types", "columns", "error"))


@frozen
class Case:
    """One test of a file. `options` are those of running a query; `number` counts from 0."""

    path: Path
    name: str
    line: int
    number: int
    query: str
    language: LanguageName | None
    tables: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    expected: Expected = field(default_factory=Expected)


def discover(paths: list[str]) -> Iterator[Path]:
    """The test files that are named, and those below folders."""
    for name in paths:
        path = Path(name)
        if path.is_dir():
            below = (p for p in path.rglob(f"*{ENDING}") if not any(part.startswith(".") for part in p.parts[1:]))
            yield from sorted(below)
        else:
            yield path


def read(path: Path) -> list[Case]:
    """The tests of a file. Raises `TestFileError` with the place of what is wrong."""
    return _Reader(path).cases()


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    def cases(self) -> list[Case]:
        import yaml

        try:
            content = parsed(self.path.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else "it is no UTF-8"
            raise TestFileError(f"{self.path}: {reason}") from None
        except yaml.MarkedYAMLError as problem:
            mark = problem.problem_mark or problem.context_mark
            place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
            raise TestFileError(f"{self.path}{place}: {problem.problem or problem.context}") from None
        except yaml.YAMLError as problem:
            raise TestFileError(f"{self.path}: {problem}") from None
        if not isinstance(content, Lined):
            raise self._wrong(1, "expected `tables` and `tests`")
        self._known(content, _OF_FILE, "a test file")
        tests = content.get("tests")
        if not isinstance(tests, list) or not tests:
            raise self._wrong(content.line_of("tests"), "expected a list of tests under `tests`")
        found = [self._case(content, one, number) for number, one in enumerate(tests)]
        twice = next((c for c in found if any(o.name == c.name and o.number < c.number for o in found)), None)
        if twice is not None:
            raise self._wrong(twice.line, f"expected another name, found `{twice.name}` again")
        return found

    def _wrong(self, line: int, message: str) -> TestFileError:
        return TestFileError(f"{self.path}:{line}: {message}")

    def _known(self, content: Lined, known: tuple[str, ...], what: str) -> None:
        unknown = next((key for key in content if key not in known), None)
        if unknown is not None:
            listed = ", ".join(f"`{name}`" for name in known)
            raise self._wrong(content.line_of(unknown), f"there is no `{unknown}` in {what}; known are {listed}")

    def _case(self, file: Lined, test: Any, number: int) -> Case:
        if not isinstance(test, Lined):
            raise self._wrong(file.line_of("tests"), f"expected a mapping for test {number + 1}")
        self._known(test, _OF_TEST, "a test")
        query, language = test.get("query"), test.get("language")
        if not isinstance(query, str) or not query.strip():
            raise self._wrong(test.line, "expected a `query`: its text, file:NAME, or NAME#POINTER")
        if language not in (None, "dql", "adql"):
            raise self._wrong(test.line_of("language"), f"there is no language `{language}`; known are dql, adql")
        return Case(
            path=self.path,
            name=str(test.get("name", f"test {number + 1}")),
            line=test.line,
            number=number,
            query=query,
            language=cast("LanguageName | None", language),
            tables={name: self._table(name, one, test.line) for name, one in self._tables(file, test).items()},
            options=self._options(file, test),
            expected=self._expected(test),
        )

    def _tables(self, file: Lined, test: Lined) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for content in (file, test):
            tables = content.get("tables") or {}
            if not isinstance(tables, dict):
                raise self._wrong(content.line_of("tables"), "expected tables by their names")
            for name, table in tables.items():
                if not isinstance(table, (str, list)) and not _is_typed(table):
                    message = f"expected records, a path, or records with `types` for the table `{name}`"
                    raise self._wrong(content.line_of("tables"), message)
            found |= tables
        return found

    def _table(self, name: str, table: Any, line: int) -> Any:
        """Records as they are, with values of the types that are told; paths relative to the file."""
        if isinstance(table, dict):
            try:
                return [_typed(record, table["types"]) for record in _plain(table["records"])]
            except (ValueError, OverflowError) as problem:
                raise self._wrong(line, f"the table `{name}`: {problem}") from None
        if isinstance(table, str):
            return str(self.path.parent / table)
        paths = bool(table) and all(isinstance(one, str) for one in table)
        return [str(self.path.parent / one) for one in table] if paths else [_plain(one) for one in table]

    def _options(self, file: Lined, test: Lined) -> dict[str, Any]:
        given = {name: c[name] for c in (file, test) for name in _OF_RUN if c.get(name) is not None}
        variables = {**(file.get("variables") or {}), **(test.get("variables") or {})}
        folder = self.path.parent / given.pop("folder", ".")
        options = {**given, "folder": str(folder)}
        return options | ({"variables": _plain(variables)} if variables else {})

    def _expected(self, test: Lined) -> Expected:
        content = test.get("expect")
        if content is None:
            return Expected()
        if not isinstance(content, Lined):
            raise self._wrong(test.line_of("expect"), "expected a mapping under `expect`")
        self._known(content, EXPECTED, "`expect`")
        for key, value in content.items():
            kinds, said = _KINDS[key]
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                raise self._wrong(content.line_of(key), f"expected {said} for `{key}`, found {value!r}")
        if content.get("order", "keep") not in ("keep", "ignore"):
            raise self._wrong(
                content.line_of("order"), f"expected keep or ignore for `order`, found {content['order']!r}"
            )
        return Expected(given=frozenset(content), **{key: _plain(value) for key, value in content.items()})


_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "records": ((list,), "a list of records"),
    "order": ((str,), "keep or ignore"),
    "tolerance": ((int, float), "a number"),
    "types": ((dict,), "types by the names of fields"),
    "columns": ((list,), "a list of names"),
    "lint": ((list,), "a list of codes"),
    "error": ((str, type(None)), "a code or a part of the message, or null"),
    "max_cost": ((int,), "a whole number"),
}


def _is_typed(table: Any) -> bool:
    """Whether a table is `{types: {field: type}, records: […]}`."""
    return isinstance(table, dict) and table.keys() == {"types", "records"} and isinstance(table["records"], list)


def _typed(record: Any, types: Mapping[str, str]) -> Any:
    """A record with the values of the types that are told for its fields."""
    if not isinstance(record, dict):
        return record
    made = dict(record)
    for name, kind in types.items():
        value = record.get(name)
        if value is not None:
            if kind not in BY_NAME:
                raise ValueError(f"there is no type `{kind}` for `{name}`; known are {', '.join(sorted(BY_NAME))}")
            made[name] = BY_NAME[kind].read(str(value) if kind == "duration" and isinstance(value, int) else value)
    return made


def _plain(value: Any) -> Any:
    """A value without the lines."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
