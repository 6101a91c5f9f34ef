# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Columns for whoever takes Arrow's, and from whoever has them. None is copied."""

from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_New
from libc.stdint cimport int32_t, int64_t
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memcpy, memset, strcmp

from dqlkit.compiled.arrow cimport ArrowArray, ArrowArrayStream, ArrowSchema
from dqlkit.compiled.columns cimport ARRAY, BOOL, DOUBLE, INLINE, LONG, NOTHING, RECORD, TEXT, Memory, Node, grown

cdef enum:
    #: A column may hold nulls.
    NULLABLE = 2


cdef inline void release_schema(ArrowSchema* schema) noexcept nogil:
    cdef int64_t k
    for k in range(schema.n_children):
        if schema.children[k] != NULL and schema.children[k].release != NULL:
            schema.children[k].release(schema.children[k])
        free(schema.children[k])
    free(schema.children)
    free(<void*> schema.name)
    schema.release = NULL


cdef inline void release_array(ArrowArray* array) noexcept nogil:
    cdef int64_t k
    for k in range(array.n_buffers):
        free(<void*> array.buffers[k])
    for k in range(array.n_children):
        if array.children[k] != NULL and array.children[k].release != NULL:
            array.children[k].release(array.children[k])
        free(array.children[k])
    free(array.buffers)
    free(array.children)
    array.release = NULL


cdef inline const char* format_of(Node* node) noexcept nogil:
    """The type of a column, as Arrow names it."""
    if node.kind == LONG:
        return b"l"
    if node.kind == DOUBLE:
        return b"g"
    if node.kind == TEXT:
        return b"vu"
    if node.kind == ARRAY:
        return b"+L"
    return b"+s" if node.kind == RECORD else b"b"


cdef inline bint fill_schema(Node* node, ArrowSchema* schema) noexcept nogil:
    """Whether there was enough memory."""
    cdef int k
    cdef char* name = <char*> calloc(node.name_size + 1, 1)
    memset(schema, 0, sizeof(ArrowSchema))
    schema.release = release_schema
    schema.format, schema.name, schema.flags = format_of(node), name, NULLABLE
    schema.children = <ArrowSchema**> calloc(node.count + 1, sizeof(ArrowSchema*))
    if name == NULL or schema.children == NULL:
        return False
    memcpy(name, node.name, node.name_size)
    for k in range(node.count):
        schema.children[k] = <ArrowSchema*> calloc(1, sizeof(ArrowSchema))
        schema.n_children += 1
        if schema.children[k] == NULL or not fill_schema(&node.members[k], schema.children[k]):
            return False
    return True


cdef inline bint give(ArrowArray* array, Memory* memory, bint is_bits) noexcept nogil:
    """The array has this memory from now on, without the room that is left; a bit is taken of each byte where it `is_bits`."""
    cdef size_t k, size = memory.size
    cdef char bit
    cdef char* fitting
    if memory.start == NULL and not grown(memory, 0):
        return False
    if is_bits:
        for k in range(memory.size):
            bit = memory.start[k]
            if k & 7 == 0:
                memory.start[k >> 3] = 0
            memory.start[k >> 3] |= bit << (k & 7)
        size = (size + 7) >> 3
    fitting = <char*> realloc(memory.start, max(size, <size_t> 1))
    if fitting != NULL:
        memory.start = fitting
    array.buffers[array.n_buffers] = memory.start
    array.n_buffers += 1
    memset(memory, 0, sizeof(Memory))
    return True


cdef inline bint give_text(ArrowArray* array, Memory* memory) noexcept nogil:
    """The array has the texts that its views are views of; behind them stands how many bytes these are."""
    cdef int64_t* size = <int64_t*> calloc(1, sizeof(int64_t))
    if size == NULL:
        return False
    size[0] = memory.size
    if not give(array, memory, False):
        free(size)
        return False
    array.buffers[array.n_buffers] = size
    array.n_buffers += 1
    return True


cdef inline bint fill_array(Node* node, ArrowArray* array) noexcept nogil:
    """Whether there was enough memory. The memory of the column is the array's from then on."""
    cdef int k
    memset(array, 0, sizeof(ArrowArray))
    array.release = release_array
    array.length, array.null_count = node.length, node.nulls
    array.buffers = <const void**> calloc(4, sizeof(void*))
    array.children = <ArrowArray**> calloc(node.count + 1, sizeof(ArrowArray*))
    if array.buffers == NULL or array.children == NULL:
        return False
    if node.nulls:
        if not give(array, &node.valid, True):
            return False
    else:
        array.n_buffers = 1
    if node.kind != RECORD and not give(array, &node.values, node.kind == BOOL or node.kind == NOTHING):
        return False
    if node.kind == TEXT and not give_text(array, &node.text):
        return False
    for k in range(node.count):
        array.children[k] = <ArrowArray*> calloc(1, sizeof(ArrowArray))
        array.n_children += 1
        if array.children[k] == NULL or not fill_array(&node.members[k], array.children[k]):
            return False
    return True


cdef inline void free_schema(object capsule) noexcept:
    cdef ArrowSchema* schema = <ArrowSchema*> PyCapsule_GetPointer(capsule, "arrow_schema")
    if schema.release != NULL:
        schema.release(schema)
    free(schema)


cdef inline void free_array(object capsule) noexcept:
    cdef ArrowArray* array = <ArrowArray*> PyCapsule_GetPointer(capsule, "arrow_array")
    if array.release != NULL:
        array.release(array)
    free(array)


cdef inline tuple exported(Node* node):
    """The schema and the array of a column, as the protocol of Python hands them over."""
    cdef ArrowSchema* schema = <ArrowSchema*> calloc(1, sizeof(ArrowSchema))
    if schema == NULL:
        raise MemoryError
    told = PyCapsule_New(schema, "arrow_schema", free_schema)
    cdef ArrowArray* array = <ArrowArray*> calloc(1, sizeof(ArrowArray))
    if array == NULL:
        raise MemoryError
    given = PyCapsule_New(array, "arrow_array", free_array)
    if not fill_schema(node, schema) or not fill_array(node, array):
        raise MemoryError
    return told, given


cdef inline ArrowArrayStream* stream_of(object capsule) except NULL:
    """The stream of the columns that a capsule holds."""
    return <ArrowArrayStream*> PyCapsule_GetPointer(capsule, "arrow_array_stream")


cdef inline int take_schema(ArrowArrayStream* stream, ArrowSchema* schema) except -1:
    """The types of a stream, which may be those of texts, longs, booleans, nulls, and arrays and records of these."""
    if stream.get_schema(stream, schema) != 0:
        raise MemoryError
    if not is_readable(schema):
        raise TypeError
    return 0


cdef inline bint is_readable(ArrowSchema* schema) noexcept nogil:
    """Whether it is of such a type: the memory of others is laid out in another way."""
    cdef int64_t k
    cdef const char* format = schema.format
    if strcmp(format, b"+s") != 0 and strcmp(format, b"+L") != 0:
        return schema.dictionary == NULL and (
            strcmp(format, b"vu") == 0 or strcmp(format, b"l") == 0 or strcmp(format, b"b") == 0 or strcmp(format, b"n") == 0
        )
    for k in range(schema.n_children):
        if not is_readable(schema.children[k]):
            return False
    return True


cdef inline bint is_next(ArrowArrayStream* stream, ArrowArray* array) except -1:
    """Whether there is another array. The one before is released."""
    if array.release != NULL:
        array.release(array)
    memset(array, 0, sizeof(ArrowArray))
    if stream.get_next(stream, array) != 0:
        raise MemoryError
    return array.release != NULL


cdef inline bint bit(const void* bits, int64_t at) noexcept nogil:
    return (<const unsigned char*> bits)[at >> 3] >> (at & 7) & 1


cdef inline bint is_null(ArrowArray* array, int64_t at) noexcept nogil:
    return array.buffers[0] != NULL and not bit(array.buffers[0], at)


cdef inline const char* viewed(ArrowArray* array, int64_t at, int32_t* size) noexcept nogil:
    """The text that a view shows, and its size."""
    cdef const char* view = <const char*> array.buffers[1] + 16 * at
    cdef int32_t buffer, offset
    memcpy(size, view, 4)
    if size[0] <= INLINE:
        return view + 4
    memcpy(&buffer, view + 8, 4)
    memcpy(&offset, view + 12, 4)
    return <const char*> array.buffers[2 + buffer] + offset
