"""Words that need back quotes to be the name of a field."""

from __future__ import annotations

__all__ = ["RESERVED"]

_DOCUMENTED = (
    "select from where orderby and or exists not like regex compare list in between count distinct min max stats sum "
    "avg stdev filter percentile range series substring indexof length trim concat now"
)
#: Words of the clauses that the documented list leaves out.
_MEANT = "regexp as asc desc limit since until having is null by order true false"

RESERVED = frozenset(f"{_DOCUMENTED} {_MEANT}".split())
