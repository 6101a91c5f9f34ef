"""Numbers written with hexadecimal digits."""

from __future__ import annotations

import re

from dqlkit.functions.function import scalar
from dqlkit.functions.vocabulary import Constant, Double, Long, Natural, String
from dqlkit.regex import regex
from dqlkit.types.values import LONG_MAX

_HEXADECIMAL = regex(r"(?:0[xX])?([0-9a-fA-F]+)", re.ASCII)


@scalar
def hex_string_to_number(expression: String) -> Long | Double | None:
    """The number that hexadecimal digits spell, with or without `0x`; null for any other text.

    One that does not fit a long is a double [inferred: both types are documented].

    >>> hexStringToNumber("0x7f")
    127
    >>> hexStringToNumber("12 apples")
    null
    """
    found = _HEXADECIMAL.fullmatch(expression)
    if found is None or len(found[1].lstrip("0")) > 256:
        return None
    number = int(found[1], 16)
    return number if number <= LONG_MAX else float(number)


@scalar
def number_to_hex_string(expression: Long, *, min_length: Constant[Natural] = 0) -> String:
    """A long in lower-case hexadecimal digits; a negative one as the 64 bits it has.

    >>> numberToHexString(255)
    "ff"
    >>> numberToHexString(10, minLength:4)
    "000a"
    """
    return f"{expression % 2**64:x}".rjust(min(min_length, _LONGEST), "0")


#: More digits than this are no number any more.
_LONGEST = 1024
