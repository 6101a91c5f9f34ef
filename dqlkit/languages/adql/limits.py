"""The limits and defaults of the service: lengths of queries, numbers of events and groups."""

from __future__ import annotations

from typing import Final

__all__ = ["DEFAULT_GROUPS", "DEFAULT_ROWS", "LONGEST", "MOST_COMBINATIONS", "MOST_GROUPS", "MOST_ROWS", "MOST_TERMS"]

#: Characters of a query.
LONGEST: Final = 5000

#: Events that a query returns which does not say how many, and the most there ever are.
DEFAULT_ROWS: Final = 100
MOST_ROWS: Final = 10_000

#: Fields to group by.
MOST_TERMS: Final = 5
#: Groups of a field for which the query names no number; the most of the first field, and of each later one.
DEFAULT_GROUPS: Final = 10
MOST_GROUPS: Final = (1000, 100)
#: Rows of an answer of groups, those of all fields taken together. Releases up to 22.5 document 10,000, those of 23 say
#: 1,000. What is left out is not seen, so the larger number holds [decided].
MOST_COMBINATIONS: Final = 10_000
