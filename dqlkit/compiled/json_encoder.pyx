# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Encodes records as JSON, straight from the memory of Arrow's columns."""

from cpython.buffer cimport PyBuffer_FillInfo
from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset, strlen

from dqlkit.compiled.arrow cimport ArrowArray, ArrowArrayStream, ArrowSchema
from dqlkit.compiled.columns cimport Memory, add
from dqlkit.compiled.exchange cimport bit, is_next, is_null, stream_of, take_schema, viewed
from dqlkit.compiled.tokens cimport SOUND, plain_end

ctypedef enum Form:
    PLAIN
    #: Texts are JSON already.
    RAW
    #: Longs are texts of their digits.
    QUOTED

FORMS = {"plain": PLAIN, "raw": RAW, "quoted": QUOTED}

cdef const char* HEXADECIMAL = b"0123456789abcdef"


cdef class Text:
    """Bytes, for whoever takes a buffer."""

    cdef Memory memory

    def __getbuffer__(self, Py_buffer* buffer, int flags):
        PyBuffer_FillInfo(buffer, self, self.memory.start, self.memory.size, True, flags)

    def __dealloc__(self):
        free(self.memory.start)


cdef inline bint write(Memory* out, const char* text, size_t size) noexcept nogil:
    """Whether there was enough memory, as with all that follows."""
    return add(out, text, size) == SOUND


cdef bint write_escape(Memory* out, unsigned char c) noexcept nogil:
    cdef char[6] text
    cdef size_t size = 2
    text[0] = c'\\'
    if c == c'"' or c == c'\\':
        text[1] = c
    elif c == c'\n':
        text[1] = c'n'
    elif c == c'\r':
        text[1] = c'r'
    elif c == c'\t':
        text[1] = c't'
    elif c == c'\b':
        text[1] = c'b'
    elif c == c'\f':
        text[1] = c'f'
    else:
        memcpy(&text[1], b"u00", 3)
        text[4], text[5], size = HEXADECIMAL[c >> 4], HEXADECIMAL[c & 15], 6
    return write(out, text, size)


cdef bint write_text(Memory* out, const char* text, size_t size) noexcept nogil:
    cdef const char* end = text + size
    cdef const char* stop
    if not write(out, b'"', 1):
        return False
    while True:
        stop = plain_end(text, end)
        if not write(out, text, stop - text):
            return False
        if stop == end:
            return write(out, b'"', 1)
        if not write_escape(out, stop[0]):
            return False
        text = stop + 1


cdef bint write_number(Memory* out, int64_t number, bint quoted) noexcept nogil:
    cdef char[23] digits
    cdef int at = 22, end = 22 + quoted
    digits[22] = c'"'
    cdef uint64_t left = <uint64_t> number if number >= 0 else 0 - <uint64_t> number
    while True:
        at -= 1
        digits[at] = <char> (c'0' + left % 10)
        left //= 10
        if left == 0:
            break
    if number < 0:
        at -= 1
        digits[at] = c'-'
    if quoted:
        at -= 1
        digits[at] = c'"'
    return write(out, &digits[at], end - at)


cdef inline bint has_none(ArrowSchema* schema, ArrowArray* array, int64_t at) noexcept nogil:
    return schema.format[0] == c'n' or is_null(array, at)


cdef bint write_view(Memory* out, ArrowArray* array, int64_t at, bint raw) noexcept nogil:
    """The text that a view shows: in quotes, or as it is where it is JSON already."""
    cdef int32_t size
    cdef const char* text = viewed(array, at, &size)
    return write(out, text, size) if raw else write_text(out, text, size)


cdef bint write_value(Memory* out, ArrowSchema* schema, ArrowArray* array, int64_t row, Form form) noexcept nogil:
    cdef int64_t at = row + array.offset
    if has_none(schema, array, at):
        return write(out, b"null", 4)
    if schema.format[0] == c'v':
        return write_view(out, array, at, form == RAW)
    if schema.format[0] == c'l':
        return write_number(out, (<const int64_t*> array.buffers[1])[at], form == QUOTED)
    if schema.format[0] == c'b':
        return write(out, b"true", 4) if bit(array.buffers[1], at) else write(out, b"false", 5)
    if schema.format[1] == c'L':
        return write_elements(out, schema, array, at, form)
    return write_members(out, schema, array, at, form)


cdef bint write_elements(Memory* out, ArrowSchema* schema, ArrowArray* array, int64_t at, Form form) noexcept nogil:
    cdef const int64_t* ends = <const int64_t*> array.buffers[1]
    cdef int64_t k
    if not write(out, b"[", 1):
        return False
    for k in range(ends[at], ends[at + 1]):
        if k > ends[at] and not write(out, b",", 1):
            return False
        if not write_value(out, schema.children[0], array.children[0], k, form):
            return False
    return write(out, b"]", 1)


cdef bint write_members(Memory* out, ArrowSchema* schema, ArrowArray* array, int64_t at, Form form) noexcept nogil:
    cdef const char* name
    cdef int64_t k
    if not write(out, b"{", 1):
        return False
    for k in range(schema.n_children):
        name = schema.children[k].name
        if (k and not write(out, b",", 1)) or not write_text(out, name, strlen(name)) or not write(out, b":", 1):
            return False
        if not write_value(out, schema.children[k], array.children[k], at, form):
            return False
    return write(out, b"}", 1)


cdef struct Field:
    #: The name as JSON, with the colon.
    const char* name
    size_t size
    Form form
    #: Records without a value do not have the field.
    bint left_out


cdef bint write_record(Memory* out, Field* fields, ArrowSchema* schema, ArrowArray* array, int64_t row) noexcept nogil:
    cdef ArrowArray* column
    cdef bint first = True
    cdef int64_t k
    if not write(out, b"{", 1):
        return False
    for k in range(schema.n_children):
        column = array.children[k]
        if fields[k].left_out and has_none(schema.children[k], column, row + column.offset):
            continue
        if (not first and not write(out, b",", 1)) or not write(out, fields[k].name, fields[k].size):
            return False
        first = False
        if not write_value(out, schema.children[k], column, row, fields[k].form):
            return False
    return write(out, b"}", 1)


cdef bint write_records(
    Memory* out, Field* fields, ArrowSchema* schema, ArrowArray* array, bytes before, bytes behind
) noexcept:
    cdef const char* head = before
    cdef const char* tail = behind
    cdef size_t head_size = len(before), tail_size = len(behind)
    cdef int64_t row
    with nogil:
        for row in range(array.offset, array.offset + array.length):
            if not write(out, head, head_size) or not write_record(out, fields, schema, array, row):
                return False
            if not write(out, tail, tail_size):
                return False
    return True


def encode(frame, tuple fields, bytes before, bytes behind):
    """The records of a frame as JSON, with this text before and behind each.

    `fields` are the columns: each its name as JSON with the colon, the form of its values (`FORMS`), and whether records
    without a value do not have it. Columns are texts, longs, booleans, arrays and records of these, and nulls.
    """
    cdef ArrowSchema schema
    cdef ArrowArray array
    cdef Field* told = NULL
    cdef Text out = Text()
    cdef int k
    capsule = frame.__arrow_c_stream__()
    cdef ArrowArrayStream* stream = stream_of(capsule)
    memset(&schema, 0, sizeof(schema))
    memset(&array, 0, sizeof(array))
    try:
        told = <Field*> calloc(len(fields) + 1, sizeof(Field))
        if told == NULL:
            raise MemoryError
        for k, (name, form, left_out) in enumerate(fields):
            told[k].name, told[k].size = name, len(name)
            told[k].form, told[k].left_out = form, left_out
        take_schema(stream, &schema)
        if schema.n_children != len(fields):
            raise ValueError
        while is_next(stream, &array):
            if not write_records(&out.memory, told, &schema, &array, before, behind):
                raise MemoryError
        return out
    finally:
        free(told)
        if array.release != NULL:
            array.release(&array)
        if schema.release != NULL:
            schema.release(&schema)
