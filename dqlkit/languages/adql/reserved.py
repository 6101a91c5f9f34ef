"""Words that need back quotes to be the name of a field."""

from __future__ import annotations

__all__ = ["RESERVED"]

#: The documented list, and the words of the clauses that it leaves out.
RESERVED = frozenset(
    ["select", "from", "where", "orderby", "and", "or", "exists", "not", "like", "regex", "compare", "list", "in", "between", "count", "distinct", "min", "max", "stats", "sum", "avg", "stdev", "filter", "percentile", "range", "series", "substring", "indexof", "length", "trim", "concat", "now", "regexp", "as", "asc", "desc", "limit", "since", "until", "having", "is", "null", "by", "order", "true", "false"]
)
