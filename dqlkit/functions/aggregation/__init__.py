"""Aggregations: one value for the records of a group.

Null takes part in none of them but `count` and `collectArray`. Without values the result is null, for counts 0. Longs
and doubles go together, other kinds never do: the result is null then, except for functions that take any value.
"""
