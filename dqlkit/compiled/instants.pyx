# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Reads and writes columns of times: nanoseconds since 1970, and text as RFC 3339 has it."""

from libc.stdint cimport int32_t, int64_t
from libc.string cimport memcpy, memset

from dqlkit.compiled.arrow cimport ArrowArray, ArrowArrayStream, ArrowSchema
from dqlkit.compiled.columns cimport LONG, TEXT, Kind, Node, add, add_null, add_valid, add_view, added, free_memory
from dqlkit.compiled.exchange cimport exported, is_next, is_null, stream_of, take_schema, viewed
from dqlkit.compiled.tokens cimport OUT_OF_MEMORY, REFUSED, SOUND, Outcome, is_digit

cdef enum:
    SHORTEST = 20
    WRITTEN = 30

cdef int64_t SECOND = 1000000000
cdef int64_t DAY = 86400


cdef inline int64_t day_of(int64_t year, int month, int day) noexcept nogil:
    """The days since 1970 of a date, as Howard Hinnant counts them: years begin with March."""
    cdef int64_t era, of_era
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + (153 * ((month + 9) % 12) + 2) // 5 + day - 719469


cdef inline int days_in(int64_t year, int month) noexcept nogil:
    if month == 2:
        return 28 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return 30 + ((month + (month > 7)) & 1)


cdef inline int number(const char* at, int size) noexcept nogil:
    """The number of so many digits; less than 0 where one is none."""
    cdef int found = 0, k
    for k in range(size):
        if not is_digit(at[k]):
            return -1
        found = found * 10 + at[k] - c'0'
    return found


cdef Outcome read_instant(const char* at, int size, int64_t* nanos) noexcept nogil:
    """`YYYY-MM-DDThh:mm:ss`, up to nine digits of a fraction, and `Z` or `±hh:mm`, of a time well within 64 bits."""
    cdef const char* end = at + size
    cdef int year, month, day, hour, minute, second, hours, minutes, k
    cdef int64_t fraction = 0
    if size < SHORTEST or at[4] != c'-' or at[7] != c'-' or at[10] != c'T' or at[13] != c':' or at[16] != c':':
        return REFUSED
    year, month, day = number(at, 4), number(at + 5, 2), number(at + 8, 2)
    hour, minute, second = number(at + 11, 2), number(at + 14, 2), number(at + 17, 2)
    if not (1700 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= days_in(year, month)):
        return REFUSED
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        return REFUSED
    at += 19
    if at[0] == c'.':
        at += 1
        for k in range(9):
            fraction *= 10
            if at < end and is_digit(at[0]):
                fraction += at[0] - c'0'
                at += 1
            elif k == 0:
                return REFUSED
    nanos[0] = day_of(year, month, day) * DAY + hour * 3600 + minute * 60 + second
    if end - at == 6 and (at[0] == c'+' or at[0] == c'-') and at[3] == c':':
        hours, minutes = number(at + 1, 2), number(at + 4, 2)
        if not (0 <= hours <= 23 and 0 <= minutes <= 59):
            return REFUSED
        nanos[0] -= (hours * 3600 + minutes * 60) * (1 if at[0] == c'+' else -1)
    elif end - at != 1 or at[0] != c'Z':
        return REFUSED
    nanos[0] = nanos[0] * SECOND + fraction
    return SOUND


cdef Outcome read_texts(ArrowArray* array, Node* node) noexcept nogil:
    cdef const char* text
    cdef int32_t size
    cdef int64_t at, nanos
    cdef Outcome outcome
    for at in range(array.offset, array.offset + array.length):
        if is_null(array, at):
            outcome = add_null(node)
        else:
            text = viewed(array, at, &size)
            outcome = read_instant(text, size, &nanos)
            if outcome == SOUND:
                outcome = add(&node.values, &nanos, 8)
            if outcome == SOUND:
                outcome = add_valid(node, 1)
        if outcome != SOUND:
            return outcome
    return SOUND


cdef inline void put_number(char* at, int size, int64_t number) noexcept nogil:
    """So many digits of a number."""
    cdef int k
    for k in range(size - 1, -1, -1):
        at[k] = <char> (c'0' + number % 10)
        number //= 10


cdef void put_instant(char* at, int64_t nanos) noexcept nogil:
    """`YYYY-MM-DDThh:mm:ss.nnnnnnnnnZ`; the day as Howard Hinnant finds it: years begin with March."""
    cdef int64_t seconds = nanos // SECOND, fraction = nanos % SECOND, days, era, of_era, year, of_year, month
    if fraction < 0:
        seconds, fraction = seconds - 1, fraction + SECOND
    days = seconds // DAY
    seconds = seconds % DAY
    if seconds < 0:
        days, seconds = days - 1, seconds + DAY
    days += 719468
    era = days // 146097
    of_era = days - era * 146097
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    memcpy(at, b"0000-00-00T00:00:00.000000000Z", WRITTEN)
    put_number(at + 8, 2, of_year - (153 * month + 2) // 5 + 1)
    month = month + 3 if month < 10 else month - 9
    put_number(at, 4, year + era * 400 + (month <= 2))
    put_number(at + 5, 2, month)
    put_number(at + 11, 2, seconds // 3600)
    put_number(at + 14, 2, seconds // 60 % 60)
    put_number(at + 17, 2, seconds % 60)
    put_number(at + 20, 9, fraction)


cdef Outcome write_texts(ArrowArray* array, Node* node) noexcept nogil:
    cdef const int64_t* numbers = <const int64_t*> array.buffers[1]
    cdef char* text
    cdef int64_t at
    cdef Outcome outcome
    if node.text.size + array.length * WRITTEN > 0x7FFFFFFF:  # views of texts have 32 bits
        return REFUSED
    for at in range(array.offset, array.offset + array.length):
        if is_null(array, at):
            outcome = add_null(node)
        else:
            text = added(&node.text, WRITTEN)
            if text == NULL:
                return OUT_OF_MEMORY
            put_instant(text, numbers[at])
            outcome = add_view(node, text, WRITTEN, node.text.size - WRITTEN)
            if outcome == SOUND:
                outcome = add_valid(node, 1)
        if outcome != SOUND:
            return outcome
    return SOUND


ctypedef Outcome (*Maker)(ArrowArray*, Node*) noexcept nogil


cdef tuple made(object column, Kind kind, Maker make):
    """A column made of another one; None where it is refused."""
    cdef ArrowSchema schema
    cdef ArrowArray array
    cdef Node node
    cdef Outcome outcome = SOUND
    memset(&schema, 0, sizeof(schema))
    memset(&array, 0, sizeof(array))
    memset(&node, 0, sizeof(node))
    node.kind, node.name = kind, b""
    capsule = column.__arrow_c_stream__()
    cdef ArrowArrayStream* stream = stream_of(capsule)
    try:
        take_schema(stream, &schema)
        if schema.format[0] != (c'v' if kind == LONG else c'l'):
            raise TypeError
        while outcome == SOUND and is_next(stream, &array):
            with nogil:
                outcome = make(&array, &node)
        if outcome == OUT_OF_MEMORY:
            raise MemoryError
        return exported(&node) if outcome == SOUND else None
    finally:
        if array.release != NULL:
            array.release(&array)
        if schema.release != NULL:
            schema.release(&schema)
        free_memory(&node)


def read(texts):
    """Nanoseconds of a column of texts that are all written as most exports write times; None where one is not."""
    return made(texts, LONG, read_texts)


def written(numbers):
    """The texts of a column of nanoseconds, in UTC; None for more of them than a column holds."""
    return made(numbers, TEXT, write_texts)
