"""Errors are values: they can be copied, sent to other processes, and read."""

from __future__ import annotations

import copy
import pickle

import pytest

import dqlkit
from dqlkit.errors import report_internal_errors
from dqlkit.sources import SourceError

TEXT = "fetch logs\n| filter status = 500"


def failed(text: str = TEXT) -> dqlkit.DqlkitError:
    with pytest.raises(dqlkit.DqlkitError) as caught:
        dqlkit.query(text, {"logs": [{"status": 500}]})
    return caught.value


def test_a_finding_knows_its_line_and_column() -> None:
    (found,) = failed().diagnostics
    assert (found.start, found.end) == ((2, 17), (2, 18))
    assert str(found).startswith("2:17: error[E003]: ")
    (parsed,) = dqlkit.parse(TEXT).diagnostics
    assert parsed.start == (2, 17)
    assert {finding.start for finding in dqlkit.lint(TEXT)} >= {(2, 17)}


def test_a_finding_without_a_text_has_no_place() -> None:
    (found,) = SourceError.of("R101", "x.json: the file cannot be read", "Look again.").diagnostics
    assert found.start is None
    assert found.end is None
    assert str(found) == "error[R101]: x.json: the file cannot be read (Look again.)"


@pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_errors_survive_pickling_and_copying(again: object) -> None:
    assert callable(again)
    for error in (failed(), SourceError.of("R101", "gone")):
        error.add_note("seen by a test")
        other = again(error)
        assert type(other) is type(error)
        assert (other.diagnostics, other.text, str(other)) == (error.diagnostics, error.text, str(error))
        assert [found.start for found in other.diagnostics] == [found.start for found in error.diagnostics]
        assert other.__notes__ == ["seen by a test"]


def test_what_nobody_expected_is_told_as_our_fault() -> None:
    with pytest.raises(dqlkit.DqlkitError) as caught, report_internal_errors("fetch t"):
        _ = {}["missing"]
    (found,) = caught.value.diagnostics
    assert (found.code, found.start) == ("R090", (1, 1))
    assert "fault of dqlkit" in found.message
    assert isinstance(caught.value.__cause__, KeyError)


def test_what_somebody_meant_passes() -> None:
    with pytest.raises(KeyboardInterrupt), report_internal_errors():
        raise KeyboardInterrupt
    error = failed()
    with pytest.raises(dqlkit.DqlkitError) as caught, report_internal_errors():
        raise error
    assert caught.value is error
