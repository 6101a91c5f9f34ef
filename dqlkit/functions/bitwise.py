"""Bitwise functions, on the 64 bits of longs in two's complement."""

from __future__ import annotations

from dqlkit.functions.function import scalar
from dqlkit.functions.vocabulary import Boolean, Long
from dqlkit.types.values import wrap


@scalar
def bitwise_and(first_expression: Long, second_expression: Long) -> Long:
    """The bits that both have.

    >>> bitwiseAnd(12, 10)
    8
    """
    return first_expression & second_expression


@scalar
def bitwise_or(first_expression: Long, second_expression: Long) -> Long:
    """The bits that either has.

    >>> bitwiseOr(12, 10)
    14
    """
    return first_expression | second_expression


@scalar
def bitwise_xor(first_expression: Long, second_expression: Long) -> Long:
    """The bits that just one of them has.

    >>> bitwiseXor(12, 10)
    6
    """
    return first_expression ^ second_expression


@scalar
def bitwise_not(expression: Long) -> Long:
    """All bits turned over.

    >>> bitwiseNot(12)
    -13
    """
    return ~expression


@scalar
def bitwise_count_ones(expression: Long) -> Long:
    """How many bits are set.

    >>> bitwiseCountOnes(-1)
    64
    """
    return (expression % 2**64).bit_count()


@scalar
def bitwise_shift_left(expression: Long, number_of_bits: Long) -> Long:
    """The bits moved up; those that leave at the top are lost, zeros follow.

    Of the number of bits the lowest six count, as in the vendor's runtime [inferred]: 65 is 1.

    >>> bitwiseShiftLeft(1, 63)
    -9223372036854775808
    """
    return wrap(expression << (number_of_bits & 63))


@scalar
def bitwise_shift_right(expression: Long, number_of_bits: Long, *, ignore_sign: Boolean = False) -> Long:
    """The bits moved down; the sign follows, or zeros with `ignoreSign`. Of the number of bits the lowest six count.

    >>> bitwiseShiftRight(-8, 1)
    -4
    >>> bitwiseShiftRight(-1, 1, ignoreSign:true)
    9223372036854775807
    """
    bits = expression % 2**64 if ignore_sign else expression
    return wrap(bits >> (number_of_bits & 63))


bitwise_and.polars(lambda first_expression, second_expression: first_expression & second_expression)
bitwise_or.polars(lambda first_expression, second_expression: first_expression | second_expression)
bitwise_xor.polars(lambda first_expression, second_expression: first_expression ^ second_expression)
bitwise_not.polars(lambda expression: ~expression)
bitwise_count_ones.polars(lambda expression: expression.bitwise_count_ones())
