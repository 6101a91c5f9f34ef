"""Mathematical functions.

Those that always yield doubles never yield infinity or no-number: the vendor's `log(0)` and `sqrt(-14)` are null, and
so is here every result that does not exist or does not fit [inferred].
"""
