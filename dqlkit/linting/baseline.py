"""A baseline: known findings, which are not reported again. They are identified by their text, not by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dqlkit.diagnostics.formats import Located
from dqlkit.linting.settings import SettingsError

__all__ = ["new_findings", "write_baseline"]


def write_baseline(path: str, findings: Sequence[Located]) -> None:
    """Write the findings as known."""
    import json  # most runs keep no baseline

    known = sorted(Counter(finding.fingerprint for finding in findings).items())
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps({"version": 1, "known": dict(known)}, indent=1) + "\n")


def new_findings(path: str, findings: Sequence[Located]) -> list[Located]:
    """Those that are not known, or occur more often than was known.

    Raises SettingsError for a file that is missing or no baseline.
    """
    import json

    try:
        with open(path, encoding="utf-8") as file:
            left = Counter(json.load(file)["known"])
    except (OSError, ValueError, LookupError, TypeError) as problem:
        raise SettingsError(f"cannot read the baseline {path}: {problem}") from None
    new = []
    for finding in findings:
        if left[finding.fingerprint] > 0:
            left[finding.fingerprint] -= 1
        else:
            new.append(finding)
    return new
