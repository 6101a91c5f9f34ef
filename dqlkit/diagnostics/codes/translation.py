"""Codes of translation: T0… is what the other language cannot say, and then there is no text; T1… is what differs there."""

from __future__ import annotations

from dqlkit.diagnostics.codes import code

code(
    "T001",
    "stage-cannot-be-said",
    """
    A stage that the other language has no words for, or not in this order.

    ADQL has one order: events are filtered, grouped, filtered as groups, sorted, cut. What does not fit has to be computed
    elsewhere. [Translation](translation.md) shows what each language can say of the other.
    """,
)
code(
    "T002",
    "function-cannot-be-said",
    """
    A function or a metric that the other language does not have.

    The message names it. Another function may do: `dqlkit functions NAME` says what each means.
    """,
)
code(
    "T003",
    "condition-cannot-be-said",
    """
    An expression that the other language cannot write where it stands.

    ADQL compares a field with literals, and computes only in its list of metrics.
    """,
)
code(
    "T004",
    "value-cannot-be-written",
    """
    A value for which the other language has no literal.
    """,
)
code(
    "T101",
    "other-records",
    """
    The other language yields other records, or in another order.

    ADQL gives 100 events or 10 groups where nothing says otherwise, and 10,000 at most.
    """,
    "warning",
)
code(
    "T102",
    "nested-fields",
    """
    Fields that exist in the other platform under other names.

    Map them: `dqlkit.translate(…, names={"transactions": "spans"})`.
    """,
    "warning",
)
code(
    "T104",
    "words-of-text",
    """
    A search in full texts, which one language splits into words otherwise than the other does.
    """,
    "warning",
)
code(
    "T105",
    "end-included",
    """
    A range of time whose end is part of it in one language, and not in the other.

    They differ by one moment.
    """,
    "warning",
)
code(
    "T106",
    "whole-division",
    """
    A division of whole numbers, which leaves a fraction in one language and none in the other.
    """,
    "warning",
)
code(
    "T107",
    "groups-judged-later",
    """
    A condition on groups: ADQL's `HAVING` judges those that are left after `LIMIT`, DQL's `filter` those that come in.
    """,
    "warning",
)
code(
    "T108",
    "other-groups",
    """
    Other groups: ADQL keeps the first ones of each field that it groups by, and leaves out events without a value for a bucket.
    """,
    "warning",
)
