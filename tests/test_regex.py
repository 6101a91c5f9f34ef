"""Regular expressions that are kept for the next process."""

from __future__ import annotations

import marshal
import re
from pathlib import Path
from typing import Any

import pytest

from dqlkit import kept
from dqlkit.regex import kept_regex

PATTERN = r"(?i:(ab+)|(\d{2,}))|(?s:.)"
TEXT = "ABB 12 abc\n7"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "cache_folder", lambda: str(tmp_path / "cache"))
    return tmp_path / "cache"


def found(pattern: re.Pattern[str]) -> list[tuple[str, int | None]]:
    return [(match[0], match.lastindex) for match in pattern.finditer(TEXT)]


def test_a_kept_pattern_matches_as_it_did(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(kept_regex(PATTERN)) == found(re.compile(PATTERN))
    monkeypatch.setattr("dqlkit.regex._code", lambda pattern: pytest.fail("compiled twice"))
    again = kept_regex(PATTERN)
    assert found(again) == found(re.compile(PATTERN))
    assert (again.pattern, again.flags, again.groups) == (PATTERN, re.UNICODE, 2)


@pytest.mark.parametrize("made", [None, (0, [1, 2, 3], 2), (0, [], 2), ("x", "y", "z"), (0, [2**40], 0)])
def test_code_that_the_matcher_refuses_is_not_used(cache: Path, made: Any) -> None:
    kept_regex(PATTERN)
    (file,) = cache.iterdir()
    source, _ = marshal.loads(file.read_bytes())
    file.write_bytes(marshal.dumps((source, made)))
    assert found(kept_regex(PATTERN)) == found(re.compile(PATTERN))
