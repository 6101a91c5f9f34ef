"""Options of the test run, and what holds for all of it."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Generator

os.environ["DQLKIT_CHECKED"] = "1"  # before the package is imported: columns are held against their declared types

import pytest
from hypothesis import settings

from tests.fuzz import ORDER, UNTIL
from tests.profiles import REPLAYED

settings.load_profile(REPLAYED)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write what the cases yield now as what they should yield")


# ---- `make fuzz` ----------------------------------------------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Any order, the same in every process: no property should wait for others in each round."""
    if ORDER in os.environ:
        random.Random(os.environ[ORDER]).shuffle(items)


def pytest_runtest_setup() -> None:
    if time.time() > float(os.environ.get(UNTIL, "inf")):
        pytest.skip("the minutes are over")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Each report says how many examples were tried; processes hand reports over, and nothing else."""
    report = yield
    told = str(getattr(item, "hypothesis_statistics", "")) if report.when == "teardown" else ""
    report.user_properties += [("examples", int(count)) for count in re.findall(r"(\d+) passing\b", told)]
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many random examples were tried."""
    if UNTIL in os.environ:
        reports = [report for reports in terminalreporter.stats.values() for report in reports]
        found = [value for r in reports for name, value in getattr(r, "user_properties", ()) if name == "examples"]
        terminalreporter.write_line(f"{sum(map(int, found))} random examples")
