"""Codes of data: what is read, and what is written. Messages name the file, and the record, line or field in it."""

from __future__ import annotations

from dqlkit.diagnostics.codes import code

code(
    "R101",
    "cannot-open",
    """
    A file that cannot be opened or written, or something that is no table.

    The message says why: it is not there, may not be read, is a folder, is empty. A table is a path, a pattern, a folder,
    a list of records, or a frame of another library.
    """,
)
code(
    "R102",
    "damaged",
    """
    Data that is damaged, or no text of its format.

    The message names the place: line and column, or the record. `--ignore-errors`, `ignore_errors=True` leave out what cannot be
    read, and count it.
    """,
)
code(
    "R103",
    "no-records",
    """
    A document that holds no records, or an answer that is an error.

    `dqlkit inspect FILE` says what a file was recognised as.
    """,
)
code(
    "R104",
    "other-type",
    """
    A value that has not the type that is said of it.

    An export that declares its types is believed, and a value that contradicts them is no small matter: the export is damaged, or
    was edited. `--ignore-errors` leaves such records out.
    """,
)
code(
    "R105",
    "cannot-hold",
    """
    An output that cannot hold the records.

    A file of Parquet or Arrow has one type for each column, and takes names only once, and none with a character of code 0.
    """,
)
code(
    "R106",
    "unknown-container",
    """
    A format of files that there is not.

    `format=…` takes `json`, `csv`, `parquet` or `arrow`; without it the content decides.
    """,
)
code(
    "R107",
    "unpacks-to-too-much",
    """
    A packed file that unpacks to far more than it holds.

    Such files are made to fill a machine. Unpack it yourself if it is what you expect, and read that.
    """,
)
code(
    "R108",
    "reader-not-installed",
    """
    A kind of table whose reader is not installed.

    The message names the extra: `pip install 'dqlkit[delta]'`.
    """,
)
code(
    "R110",
    "no-store",
    """
    A folder that is no store of events, or cannot be opened as one.

    Give an empty folder, or one that `dqlkit serve` made.
    """,
)
code(
    "R111",
    "store-taken",
    """
    A store that another process writes.

    End the other `dqlkit serve` first. Reading needs no lock.
    """,
)
code(
    "R112",
    "cannot-listen",
    """
    A port on which `dqlkit serve` cannot listen.

    Another process may listen there, or the system reserves it: give another `--port`.
    """,
)
