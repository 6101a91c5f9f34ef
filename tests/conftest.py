"""Options of the test run."""

from __future__ import annotations

import os

os.environ["DQLKIT_CHECKED"] = "1"  # before the package is imported: columns are held against their declared types

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write what the cases yield now as what they should yield")
