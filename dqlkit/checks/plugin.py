"""The plugin of pytest: collects `*.dqltest.yaml`, and runs each test in them as `dqlkit test` does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

if TYPE_CHECKING:
    from dqlkit.checks.files import Case
    from dqlkit.checks.runner import Outcome

__all__ = ["pytest_collect_file"]

_ENDING = ".dqltest.yaml"  # as in `files`, which is imported where there is such a file


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the test files of queries."""
    if not file_path.name.endswith(_ENDING):
        return None
    found: pytest.Collector = _File.from_parent(parent, path=file_path)
    return found


class _Failed(Exception):
    """A query test that fails."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.case.name)
        self.outcome = outcome


class _File(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        from dqlkit.checks.files import TestFileError, read

        try:
            cases = read(self.path)
        except TestFileError as problem:
            raise self.CollectError(str(problem)) from None
        for case in cases:
            item: _Item = _Item.from_parent(self, name=case.name)
            item.case = case
            yield item


class _Item(pytest.Item):
    case: Case
    #: There are no fixtures; other plugins look for them without asking.
    funcargs: ClassVar[Mapping[str, object]] = {}

    def runtest(self) -> None:
        from dqlkit.checks.runner import run

        outcome = run(self.case)
        if not outcome.passed:
            raise _Failed(outcome)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from dqlkit.checks.report import failure

        if isinstance(excinfo.value, _Failed):
            return failure(excinfo.value.outcome)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.line - 1, self.case.name
