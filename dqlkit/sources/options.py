"""How a source is read."""

from __future__ import annotations

from collections.abc import Collection

from dqlkit.frozen import frozen
from dqlkit.functions.context import Notice
from dqlkit.sources.instants import TIME_FIELDS

__all__ = ["ReadOptions", "left_out"]


@frozen
class ReadOptions:
    """`times` are the fields of which values become timestamps where they are times; `format` says what files are where their
    content shall not decide. Records that cannot be read are errors, or with `ignore_errors` left out and counted.
    With `cache` the records of a file are kept in a form that is fast to read again. `span` are the bytes of a file that are
    read, where it was cut.
    """

    times: Collection[str] = TIME_FIELDS
    format: str | None = None
    ignore_errors: bool = False
    cache: bool = False
    span: tuple[int, int] | None = None


def left_out(count: int, what: str) -> list[Notice]:
    """What is said of so many records, or lines of records, that were left out because they cannot be read."""
    if not count:
        return []
    those = f"1 {what} cannot be read and is" if count == 1 else f"{count} {what}s cannot be read and are"
    return [Notice("RECORDS_SKIPPED", f"{those} left out.")]
