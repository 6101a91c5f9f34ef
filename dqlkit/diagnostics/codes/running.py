"""Codes of running a query: its tables, its values, its limits."""

from __future__ import annotations

from dqlkit.diagnostics.codes import code

code(
    "R001",
    "missing-table",
    """
    A table that the query reads and nobody gave.

    Name it: `-t logs=FILE` on the command line, `tables={"logs": …}` in Python. A file without a name serves the one table that a
    query fetches. Lookup files (`load "/lookups/…"`) are found below `--folder DIR`, `folder=…`.
    """,
)
code(
    "R002",
    "missing-variable",
    """
    A `$variable` without a value.

    Give one: `--var Env=prod`, several times for a variable of several values; in Python `variables={"Env": "prod"}`. A file
    `dql-variables.json` beside the file of the query is read too.
    """,
)
code(
    "R003",
    "no-query",
    """
    A text that is no query: nothing in it could run.

    It may be a condition by itself, which `dqlkit.parse(text, part="expression")` reads.
    """,
)
code(
    "R004",
    "no-time",
    """
    A bound of time that is none.

    Write ISO-8601 (`2026-01-31T12:00:00Z`, a day alone too), or a duration relative to now: `-2d`, `now-30m`, `now-1d@d`. The end
    comes after the start.
    """,
)
code(
    "R005",
    "unknown-format",
    """
    An output format that there is not.

    `dqlkit query --help` lists the formats behind `-o`; the ending of `--out` stands for one of them.
    """,
)
code(
    "R006",
    "nothing-to-draw",
    """
    An answer that no chart can show: it has no field of numbers.

    Compute one, for instance with `summarize count(), by: {…}` or `makeTimeseries count()`, or choose another output.
    """,
)
code(
    "R007",
    "value-of-variable",
    """
    A value that a `$variable` cannot take where it stands.

    A list can stand where several values can, and only text inside of quotes. ADQL has no variables.
    """,
)
code(
    "R008",
    "unknown-timezone",
    """
    A time zone that there is not.

    Write an IANA name such as `Europe/Vienna`, or an offset such as `+02:00`.
    """,
)
code(
    "R009",
    "unfilled-placeholder",
    """
    The placeholder of a template (`{{ … }}`, `${…}`) where text is expected.

    Such a text can be linted as it is. To run it, fill the placeholder in first.
    """,
)
code(
    "R010",
    "failed-by-query",
    """
    `failIf` ended the query: a record met its condition.

    That is what the query says; its message is the one that was written there.
    """,
)
code(
    "R020",
    "lookup-file",
    """
    A lookup file that cannot be written, or not there.

    Lookup files lie below the folder that was given (`--folder DIR`, `folder=…`), and nothing is written elsewhere. An existing
    one is replaced only with `overwrite: true`.
    """,
)
code(
    "R030",
    "limit-exceeded",
    """
    A query that was ended: a limit was exceeded, or somebody cancelled it.

    The message names the limit (`dqlkit.Limits`). Filter earlier, name fewer fields, or raise the limit.
    """,
)
code(
    "R031",
    "out-of-memory",
    """
    A query that needs more memory than there is.

    Filter earlier, or name fewer fields. `dqlkit convert` writes Parquet, of which only the wanted parts are read.
    """,
)
code(
    "R032",
    "engine",
    """
    A cluster that cannot run the query: nobody answers there, or its workers lack what dqlkit needs.

    Its workers need this version of dqlkit, and the version of Python that asks. Leave `--engine`, `engine=…` out to run here.
    """,
)
code(
    "R033",
    "process-ended",
    """
    The process that ran the query ended, or none could be started.

    It may have been killed for lack of memory: filter earlier. Queries with limits need a system that can fork processes.
    """,
)
code(
    "R034",
    "table-cannot-travel",
    """
    A table that cannot be sent to the process that runs the query.

    Collect a lazy frame first, give a path instead, or run without limits.
    """,
)
code(
    "R035",
    "package-missing",
    """
    A library is not installed that only some outputs and commands need.

    The message names the extra that brings it, such as `pip install 'dqlkit[charts]'`.
    """,
)
code(
    "R090",
    "fault-of-dqlkit",
    """
    A fault of dqlkit ended the query. The query is not to blame.

    Please report it, with the query and an example of its data. `DQLKIT_TRACEBACK=1` shows where it happened.
    """,
)
