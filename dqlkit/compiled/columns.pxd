# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Columns that grow value by value, in memory as Arrow lays it out, but with a byte for each bit."""

from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memset

from dqlkit.compiled.tokens cimport OUT_OF_MEMORY, SOUND, Outcome

ctypedef enum Kind:
    #: No record has the field.
    ABSENT
    #: The field is passed.
    UNREAD
    #: All values are null.
    NOTHING
    BOOL
    LONG
    DOUBLE
    TEXT
    ARRAY
    RECORD

cdef struct Memory:
    char* start
    size_t size
    size_t room

#: What is known of one column, and its memory. Arrays have one member: their elements.
cdef struct Node:
    Kind kind
    const char* name
    Py_ssize_t name_size
    int count
    Node* members
    #: A bit for each length that a name of a member has, the last one for all that are longer.
    uint64_t lengths
    #: The member that is expected next: records mostly have theirs in one order.
    int next
    bint doubtful
    int64_t length
    int64_t nulls
    #: The record in which the member was met last.
    int64_t met
    #: A byte for each value, 0 for null.
    Memory valid
    #: A byte for each boolean, 8 bytes for each number and each end of an array, 16 for each view of a text.
    Memory values
    #: What the views of long texts are views of.
    Memory text

cdef enum:
    #: Texts of so many bytes lie in their view.
    INLINE = 12


cdef inline bint grown(Memory* memory, size_t more) noexcept nogil:
    cdef size_t room = max(memory.room * 2, memory.size + more, <size_t> 4096)
    cdef char* start = <char*> realloc(memory.start, room)
    if start == NULL:
        return False
    memory.start, memory.room = start, room
    return True


cdef inline char* added(Memory* memory, size_t more) noexcept nogil:
    """Where so many more bytes are to be written; NULL where there is no memory."""
    cdef char* place
    if (memory.start == NULL or memory.room - memory.size < more) and not grown(memory, more):
        return NULL
    place = memory.start + memory.size
    memory.size += more
    return place


cdef inline Outcome add(Memory* memory, const void* bytes, size_t size) noexcept nogil:
    cdef char* place = added(memory, size)
    if place == NULL:
        return OUT_OF_MEMORY
    memcpy(place, bytes, size)
    return SOUND


cdef inline Outcome add_valid(Node* node, char valid) noexcept nogil:
    node.length += 1
    return add(&node.valid, &valid, 1)


cdef inline Outcome add_null(Node* node) noexcept nogil:
    cdef char[16] zeros
    cdef size_t size = 16 if node.kind == TEXT else 8 if node.kind == LONG or node.kind == DOUBLE else 1
    cdef int k
    memset(zeros, 0, 16)
    node.nulls += 1
    if add_valid(node, 0) != SOUND:
        return OUT_OF_MEMORY
    if node.kind == ARRAY:
        return add_end(node)
    if node.kind != RECORD:
        return add(&node.values, zeros, size)
    for k in range(node.count):
        if add_null(&node.members[k]) != SOUND:
            return OUT_OF_MEMORY
    return SOUND


cdef inline Outcome add_end(Node* node) noexcept nogil:
    """An array ends with the elements that were read so far."""
    return add(&node.values, &node.members[0].length, 8)


cdef inline Outcome add_view(Node* node, const char* text, size_t size, size_t offset) noexcept nogil:
    """A view of a text, which lies at an offset where it is long."""
    cdef char[16] view
    cdef int32_t number = <int32_t> size
    memset(view, 0, 16)
    memcpy(view, &number, 4)
    if size <= INLINE:
        memcpy(&view[4], text, size)
    else:
        memcpy(&view[4], text, 4)
        number = <int32_t> offset
        memcpy(&view[12], &number, 4)
    return add(&node.values, view, 16)


cdef inline void free_memory(Node* node) noexcept nogil:
    """Free the memory of a column, but not that of its members."""
    free(node.valid.start)
    free(node.values.start)
    free(node.text.start)
