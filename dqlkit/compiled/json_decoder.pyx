# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Decodes plain JSON records of known types straight into the memory of Arrow's columns.

What is decoded is what Python's `json` reads. All else is left to others: a field with a value that is not as expected, and
a text that is no JSON or has records that are not as expected.
"""

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from libc.stdint cimport int64_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcmp, memcpy, memset

from dqlkit.compiled.columns cimport (
    ABSENT,
    ARRAY,
    BOOL,
    DOUBLE,
    INLINE,
    LONG,
    NOTHING,
    RECORD,
    TEXT,
    UNREAD,
    Memory,
    Node,
    add,
    add_end,
    add_null,
    add_valid,
    add_view,
    free_memory,
)
from dqlkit.compiled.exchange cimport exported
from dqlkit.compiled.tokens cimport (
    DOUBTFUL,
    OUT_OF_MEMORY,
    REFUSED,
    SOUND,
    Outcome,
    Reader,
    hexadecimal,
    is_digit,
    is_here,
    pass_blank,
    pass_text,
    pass_value,
    passed,
    passed_word,
    plain_end,
    unescaped,
)


cdef extern from "Python.h":
    double PyOS_string_to_double(const char*, char**, void*) except? -1.0


KINDS = {"absent": ABSENT, "unread": UNREAD, "null": NOTHING, "boolean": BOOL, "long": LONG, "double": DOUBLE, "string": TEXT}
KINDS |= {"array": ARRAY, "record": RECORD}


cdef enum:
    #: Powers of ten up to this one are exact doubles.
    EXACT = 22

cdef double[EXACT + 1] TENS
cdef int _power
TENS[0] = 1.0
for _power in range(1, EXACT + 1):
    TENS[_power] = TENS[_power - 1] * 10.0


cdef Outcome add_escaped(Reader* reader, Memory* text) noexcept nogil:
    """The character that the escape that begins here stands for. Half a surrogate pair is none."""
    cdef char[4] out
    cdef int code, low, size = 1
    if reader.end - reader.at < 2:
        return REFUSED
    if reader.at[1] != c'u':
        code = unescaped(reader.at[1])
        reader.at += 2
    else:
        code = hexadecimal(reader.at + 2, reader.end)
        reader.at += 6
    if code < 0:
        return REFUSED
    if 0xD800 <= code < 0xE000:
        if code >= 0xDC00 or not passed_word(reader, b"\\u", 2):
            return DOUBTFUL
        low = hexadecimal(reader.at, reader.end)
        if low < 0xDC00 or low >= 0xE000:
            return DOUBTFUL
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
        reader.at += 4
    if code < 0x80:
        out[0] = <char> code
    else:
        size = 2 if code < 0x800 else 3 if code < 0x10000 else 4
        out[0] = <char> ((0xF00 >> size) & 0xF0 | code >> 6 * (size - 1))
        for low in range(1, size):
            out[low] = <char> (0x80 | code >> 6 * (size - 1 - low) & 0x3F)
    return add(text, out, size)


cdef Outcome read_text(Reader* reader, Node* node) noexcept nogil:
    """A text, whose opening quote was passed."""
    cdef const char* start = reader.at
    cdef size_t before = node.text.size, size
    cdef Outcome outcome
    reader.at = plain_end(start, reader.end)
    size = reader.at - start
    if size <= INLINE and reader.at < reader.end and reader.at[0] == c'"':
        reader.at += 1
        return add_view(node, start, size, 0)
    while True:
        if add(&node.text, start, reader.at - start) != SOUND:
            return OUT_OF_MEMORY
        if reader.at >= reader.end or <unsigned char> reader.at[0] < 0x20:
            return REFUSED
        if reader.at[0] == c'"':
            break
        outcome = add_escaped(reader, &node.text)
        if outcome != SOUND:
            return outcome
        start = reader.at
        reader.at = plain_end(start, reader.end)
    reader.at += 1
    size = node.text.size - before
    if size <= INLINE:
        node.text.size = before
    return add_view(node, node.text.start + before, size, before)


cdef inline int read_digits(Reader* reader, uint64_t* number) noexcept nogil:
    """How many digits there are, at most 100. They are put behind those of the number, which wraps beyond 19."""
    cdef const char* start = reader.at
    while reader.at < reader.end and is_digit(reader.at[0]):
        number[0] = number[0] * 10 + <unsigned int> (reader.at[0] - c'0')
        reader.at += 1
    return <int> min(reader.at - start, 100)


cdef Outcome read_number(Reader* reader, Node* node) noexcept nogil:
    cdef const char* start = reader.at
    cdef bint negative = start[0] == c'-'
    cdef uint64_t number = 0
    cdef int digits
    reader.at += negative
    digits = read_digits(reader, &number)
    if digits == 0 or (start[negative] == c'0' and digits > 1):
        return REFUSED
    if reader.at < reader.end and (reader.at[0] == c'.' or reader.at[0] == c'e' or reader.at[0] == c'E'):
        return read_double(reader, node, start, number, digits) if node.kind == DOUBLE else DOUBTFUL
    if node.kind != LONG or digits > 19 or number > 0x7FFFFFFFFFFFFFFFULL + <uint64_t> negative:
        return DOUBTFUL
    if negative:
        number = 0 - number
    return add(&node.values, &number, 8)


cdef Outcome read_double(Reader* reader, Node* node, const char* start, uint64_t number, int digits) noexcept nogil:
    """The nearest double to a number of which the whole part was read.

    Where the digits and the power of ten are exact doubles, so is what one operation makes of them. Python reads the rest.
    """
    cdef uint64_t power = 0
    cdef int scale = 0, exponent = 0
    cdef bint down
    cdef char* rest
    cdef double value
    if reader.at[0] == c'.':
        reader.at += 1
        scale = read_digits(reader, &number)
        if scale == 0:
            return REFUSED
    if reader.at < reader.end and (reader.at[0] == c'e' or reader.at[0] == c'E'):
        reader.at += 1
        down = reader.at < reader.end and reader.at[0] == c'-'
        reader.at += reader.at < reader.end and (reader.at[0] == c'-' or reader.at[0] == c'+')
        exponent = read_digits(reader, &power)
        if exponent == 0:
            return REFUSED
        exponent = <int> power if exponent < 4 else 1000
        exponent = -exponent if down else exponent
    exponent -= scale
    if digits + scale <= 19 and number <= 1ULL << 53 and -EXACT <= exponent <= EXACT:
        value = <double> number
        value = value / TENS[-exponent] if exponent < 0 else value * TENS[exponent]
        value = -value if start[0] == c'-' else value
    elif reader.at >= reader.end:
        return REFUSED
    else:
        with gil:
            value = PyOS_string_to_double(start, &rest, NULL)
        if rest != reader.at or value - value != 0:  # beyond doubles
            return DOUBTFUL
    return add(&node.values, &value, 8)


cdef Outcome read_bool(Reader* reader, Node* node) noexcept nogil:
    cdef char value = passed_word(reader, b"true", 4)
    if not value and not passed_word(reader, b"false", 5):
        return DOUBTFUL
    return add(&node.values, &value, 1)


cdef Outcome read_value(Reader* reader, Node* node) noexcept nogil:
    """The value that begins here."""
    cdef char c
    cdef Outcome outcome = DOUBTFUL
    if reader.at >= reader.end:
        return REFUSED
    c = reader.at[0]
    if c == c'n':
        return add_null(node) if passed_word(reader, b"null", 4) else REFUSED
    if node.kind == TEXT and c == c'"':
        reader.at += 1
        outcome = read_text(reader, node)
    elif (node.kind == LONG or node.kind == DOUBLE) and (c == c'-' or is_digit(c)):
        outcome = read_number(reader, node)
    elif node.kind == BOOL:
        outcome = read_bool(reader, node)
    elif node.kind == ARRAY and c == c'[':
        outcome = read_elements(reader, node)
    elif node.kind == RECORD and c == c'{':
        outcome = read_members(reader, node, node.length)
    return add_valid(node, 1) if outcome == SOUND else outcome


cdef Outcome read_elements(Reader* reader, Node* node) noexcept nogil:
    cdef Outcome outcome
    reader.at += 1
    if passed(reader, c']'):
        return add_end(node)
    while True:
        pass_blank(reader)
        outcome = read_value(reader, &node.members[0])
        if outcome != SOUND:
            return outcome
        if passed(reader, c']'):
            return add_end(node)
        if not passed(reader, c','):
            return REFUSED


cdef Outcome read_name(Reader* reader, Node* node, Node** member) noexcept nogil:
    """The member whose name begins here, whose quote was passed; NULL for one that is not known."""
    cdef const char* start = reader.at
    cdef Py_ssize_t size
    cdef int k
    if node.next < node.count:
        member[0] = &node.members[node.next]
        size = member[0].name_size
        if reader.end - start > size and start[size] == c'"' and memcmp(start, member[0].name, size) == 0:
            node.next += 1
            reader.at = start + size + 1
            return SOUND
    member[0] = NULL
    reader.at = plain_end(start, reader.end)
    if reader.at >= reader.end or reader.at[0] != c'"':  # with an escape it may be any name
        return REFUSED
    size = reader.at - start
    reader.at += 1
    if not node.lengths >> min(size, 63) & 1:
        return SOUND
    for k in range(node.count):
        if node.members[k].name_size == size and memcmp(start, node.members[k].name, size) == 0:
            member[0] = &node.members[k]
            node.next = k + 1
            break
    return SOUND


cdef Outcome read_members(Reader* reader, Node* node, int64_t number) noexcept nogil:
    """The members of an object that begins here, all of which it must have, once. `number` is how many came before."""
    cdef Node* member
    cdef Outcome outcome
    cdef int seen = 0
    node.next = 0
    reader.at += 1
    if passed(reader, c'}'):
        return SOUND if node.count == 0 else DOUBTFUL
    while True:
        if not passed(reader, c'"'):
            return REFUSED
        outcome = read_name(reader, node, &member)
        if outcome != SOUND:
            return outcome
        if member == NULL or member.met > number:
            return DOUBTFUL
        if not passed(reader, c':'):
            return REFUSED
        pass_blank(reader)
        member.met = number + 1
        seen += 1
        outcome = read_value(reader, member)
        if outcome != SOUND:
            return outcome
        if passed(reader, c'}'):
            return SOUND if seen == node.count else DOUBTFUL
        if not passed(reader, c','):
            return REFUSED


cdef Outcome read_field(Reader* reader, Node* field) noexcept nogil:
    """The value of a field of a record. One that is not as expected makes the field doubtful."""
    cdef const char* start = reader.at
    cdef Outcome outcome
    if field.kind == ABSENT:
        return REFUSED
    if not field.doubtful:
        outcome = read_value(reader, field)
        if outcome != DOUBTFUL:
            return outcome
        field.doubtful = True
        reader.at = start
    return pass_value(reader, 0)


cdef Outcome read_record(Reader* reader, Node* top, bint closed) noexcept nogil:
    """A record that begins here; null for each field that it does not have. It has no others where it is closed."""
    cdef Node* field
    cdef Outcome outcome
    cdef int k
    top.next = 0
    top.length += 1
    reader.at += 1
    if not passed(reader, c'}'):
        while True:
            if not passed(reader, c'"'):
                return REFUSED
            outcome = read_name(reader, top, &field)
            if outcome != SOUND or not passed(reader, c':'):
                return REFUSED
            pass_blank(reader)
            if field == NULL:
                outcome = REFUSED if closed else pass_value(reader, 0)
            elif field.met == top.length:
                outcome = REFUSED
            else:
                field.met = top.length
                outcome = read_field(reader, field)
            if outcome != SOUND:
                return outcome
            if passed(reader, c'}'):
                break
            if not passed(reader, c','):
                return REFUSED
    for k in range(top.count):
        field = &top.members[k]
        if field.met != top.length and not field.doubtful and add_null(field) != SOUND:
            return OUT_OF_MEMORY
    return SOUND


cdef Outcome read_records(Reader* reader, Node* top, bint closed) noexcept nogil:
    cdef Outcome outcome = SOUND
    while outcome == SOUND and is_here(reader, c'{'):
        outcome = read_record(reader, top, closed)
    return REFUSED if outcome == SOUND and reader.at < reader.end else outcome


cdef int describe(Node* node, tuple described) except -1:
    """Make a node of the name, the kind and the members of a column. The name has to outlive it."""
    cdef bytes name = described[0]
    cdef tuple members = described[2]
    node.name, node.name_size = name, len(name)
    node.kind = described[1]
    node.doubtful = node.kind == UNREAD or node.kind == ABSENT
    node.members = <Node*> calloc(max(len(members), 1), sizeof(Node))
    if node.members == NULL:
        raise MemoryError
    for member in members:
        node.count += 1
        describe(&node.members[node.count - 1], member)
        node.lengths |= 1ULL << min(len(member[0]), 63)
    if node.kind == ARRAY and add_end(node) != SOUND:
        raise MemoryError
    return 0


cdef void release(Node* node) noexcept:
    cdef int k
    for k in range(node.count):
        release(&node.members[k])
    free(node.members)
    free_memory(node)


def count_lines(block):
    """How many lines end in a block."""
    cdef Py_buffer buffer
    cdef const char* at
    cdef Py_ssize_t k, count = 0
    PyObject_GetBuffer(block, &buffer, PyBUF_SIMPLE)
    at = <const char*> buffer.buf
    for k in range(buffer.len):
        count += at[k] == c'\n'
    PyBuffer_Release(&buffer)
    return count


def decode(block, tuple fields, bint closed):
    """How many records a block has, and for each field its column as Arrow hands it over, None where it is doubtful; None for a block that is refused.

    Each field is its name in UTF-8, its kind and its members. Where records are `closed`, one with another field is refused.
    The block is UTF-8.
    """
    cdef Py_buffer buffer
    cdef Node top
    cdef Reader reader
    cdef Outcome outcome
    cdef int k
    memset(&top, 0, sizeof(Node))
    PyObject_GetBuffer(block, &buffer, PyBUF_SIMPLE)
    try:
        if buffer.len > 0x7FFFFFFF:  # views of texts have 32 bits
            return None
        describe(&top, (b"", RECORD, fields))
        reader.at = <const char*> buffer.buf
        reader.end = reader.at + buffer.len
        with nogil:
            outcome = read_records(&reader, &top, closed)
        if outcome == OUT_OF_MEMORY:
            raise MemoryError
        if outcome != SOUND:
            return None
        return top.length, [None if top.members[k].doubtful else exported(&top.members[k]) for k in range(top.count)]
    finally:
        release(&top)
        PyBuffer_Release(&buffer)
