"""Z002."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("Z002", "unreadable-file", severity="error", languages=())
def unreadable_file(subject: Subject) -> Findings:
    """A file that cannot be read, or not to its end.

    What: The file is no text, or it is not written as its name says (JSON, YAML, HCL) from this place on.
    Why: What queries there are in it nobody has looked at.
    Bad: a dashboard whose last bracket is missing.
    Good: a dashboard that is JSON.
    Note: This is said of files, so no comment in a query holds it back; `per-file-ignores` do.
    """
    return ()
