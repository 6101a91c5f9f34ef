# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The tokens of JSON: where they end, and whether they are sound.

A reader is moved over what is sound. Each function says how that ended.
"""

from libc.stdint cimport uint64_t
from libc.string cimport memcmp

ctypedef enum Outcome:
    SOUND
    #: The value is none of the expected type, or one that this reader does not read.
    DOUBTFUL
    #: The text is no JSON, or not as expected.
    REFUSED
    OUT_OF_MEMORY

cdef struct Reader:
    const char* at
    const char* end

#: Values that are passed are nested in no more levels.
cdef enum:
    DEEPEST = 200


cdef inline bint is_digit(char c) noexcept nogil:
    return c >= c'0' and c <= c'9'


cdef inline void pass_blank(Reader* reader) noexcept nogil:
    cdef char c
    while reader.at < reader.end:
        c = reader.at[0]
        if c != c' ' and c != c'\n' and c != c'\r' and c != c'\t':
            break
        reader.at += 1


cdef inline bint is_here(Reader* reader, char c) noexcept nogil:
    """Whether this character comes next, behind blank. The blank is passed."""
    if reader.at < reader.end and reader.at[0] == c:
        return True
    pass_blank(reader)
    return reader.at < reader.end and reader.at[0] == c


cdef inline bint passed(Reader* reader, char c) noexcept nogil:
    """Whether this character, behind blank, was passed."""
    if not is_here(reader, c):
        return False
    reader.at += 1
    return True


cdef inline bint passed_word(Reader* reader, const char* word, size_t size) noexcept nogil:
    if <size_t> (reader.end - reader.at) < size or memcmp(reader.at, word, size) != 0:
        return False
    reader.at += size
    return True


cdef extern from *:
    """
    #if defined(_MSC_VER)
    #include <intrin.h>
    #endif
    #include <stdint.h>
    #include <string.h>

    /* Eight bytes, the first of them in the lowest bits. */
    static inline uint64_t dqlkit_word(const char* at) {
        uint64_t word;
        memcpy(&word, at, 8);
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
    #endif
        return word;
    }

    /* The first byte of which a bit is set. */
    static inline int dqlkit_first(uint64_t mask) {
    #if defined(_MSC_VER)
        unsigned long found;
        _BitScanForward64(&found, mask);
        return (int) found >> 3;
    #else
        return __builtin_ctzll(mask) >> 3;
    #endif
    }
    """
    uint64_t dqlkit_word(const char*) noexcept nogil
    int dqlkit_first(uint64_t) noexcept nogil


cdef inline const char* plain_end(const char* at, const char* end) noexcept nogil:
    """Where the next quote, backslash or control character stands. Eight bytes are looked at in one step.

    A byte is taken from each: its highest bit tells whether it was less. Borrows reach later bytes alone, so the first is right.
    """
    cdef uint64_t word, quote, backslash, found
    while at + 8 <= end:
        word = dqlkit_word(at)
        quote = word ^ 0x2222222222222222ULL
        backslash = word ^ 0x5C5C5C5C5C5C5C5CULL
        found = (
            ((quote - 0x0101010101010101ULL) & ~quote)
            | ((backslash - 0x0101010101010101ULL) & ~backslash)
            | ((word - 0x2020202020202020ULL) & ~word)
        ) & 0x8080808080808080ULL
        if found:
            return at + dqlkit_first(found)
        at += 8
    while at < end and at[0] != c'"' and at[0] != c'\\' and <unsigned char> at[0] >= 0x20:
        at += 1
    return at


cdef inline int hexadecimal(const char* at, const char* end) noexcept nogil:
    """The number of four digits; -1 where there are none."""
    cdef int found = 0, k, c
    if end - at < 4:
        return -1
    for k in range(4):
        c = at[k]
        if c >= c'0' and c <= c'9':
            c -= c'0'
        elif c >= c'a' and c <= c'f':
            c -= c'a' - 10
        elif c >= c'A' and c <= c'F':
            c -= c'A' - 10
        else:
            return -1
        found = found * 16 + c
    return found


cdef inline int unescaped(char c) noexcept nogil:
    """The character that stands behind a backslash as another one; -1 for none."""
    if c == c'n':
        return c'\n'
    if c == c't':
        return c'\t'
    if c == c'r':
        return c'\r'
    if c == c'b':
        return c'\b'
    if c == c'f':
        return c'\f'
    return c if c == c'"' or c == c'\\' or c == c'/' else -1


cdef inline Outcome pass_text(Reader* reader) noexcept nogil:
    """Pass a text, whose opening quote was passed."""
    cdef const char* at = reader.at
    while True:
        at = plain_end(at, reader.end)
        if at >= reader.end:
            return REFUSED
        if at[0] == c'"':
            reader.at = at + 1
            return SOUND
        if at[0] != c'\\' or reader.end - at < 2:
            return REFUSED
        if at[1] == c'u':
            if hexadecimal(at + 2, reader.end) < 0:
                return REFUSED
            at += 6
        elif unescaped(at[1]) < 0:
            return REFUSED
        else:
            at += 2


cdef inline bint passed_digits(Reader* reader) noexcept nogil:
    cdef const char* start = reader.at
    while reader.at < reader.end and is_digit(reader.at[0]):
        reader.at += 1
    return reader.at > start


cdef inline Outcome pass_number(Reader* reader) noexcept nogil:
    cdef const char* start
    reader.at += reader.at[0] == c'-'
    start = reader.at
    if not passed_digits(reader) or (start[0] == c'0' and reader.at - start > 1):
        return REFUSED
    if reader.at < reader.end and reader.at[0] == c'.':
        reader.at += 1
        if not passed_digits(reader):
            return REFUSED
    if reader.at < reader.end and (reader.at[0] == c'e' or reader.at[0] == c'E'):
        reader.at += 1
        reader.at += reader.at < reader.end and (reader.at[0] == c'-' or reader.at[0] == c'+')
        if not passed_digits(reader):
            return REFUSED
    return SOUND


cdef inline Outcome pass_value(Reader* reader, int depth) noexcept nogil:
    """Pass any value."""
    cdef char c
    if reader.at >= reader.end or depth > DEEPEST:
        return REFUSED
    c = reader.at[0]
    if c == c'"':
        reader.at += 1
        return pass_text(reader)
    if c == c'-' or is_digit(c):
        return pass_number(reader)
    if c == c'{' or c == c'[':
        return pass_nested(reader, c == c'{', depth)
    if c == c't':
        return SOUND if passed_word(reader, b"true", 4) else REFUSED
    if c == c'f':
        return SOUND if passed_word(reader, b"false", 5) else REFUSED
    return SOUND if passed_word(reader, b"null", 4) else REFUSED


cdef inline Outcome pass_nested(Reader* reader, bint named, int depth) noexcept nogil:
    """Pass an object, whose members are named, or an array."""
    cdef char close = c'}' if named else c']'
    cdef Outcome outcome
    reader.at += 1
    if passed(reader, close):
        return SOUND
    while True:
        if named:
            if not passed(reader, c'"') or pass_text(reader) != SOUND or not passed(reader, c':'):
                return REFUSED
        pass_blank(reader)
        outcome = pass_value(reader, depth + 1)
        if outcome != SOUND:
            return outcome
        if passed(reader, close):
            return SOUND
        if not passed(reader, c','):
            return REFUSED
