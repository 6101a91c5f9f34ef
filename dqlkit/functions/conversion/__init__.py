"""Conversion functions: a value as another type, null where it has none there.

An array stands for its first element (`unwraps=True`) in all but `toArray` and `toString`; `toLong(a[])` converts each.
"""
