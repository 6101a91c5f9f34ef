from collections.abc import Mapping
from typing import TypeAlias

Field: TypeAlias = tuple[bytes, int, tuple[Field, ...]]

KINDS: Mapping[str, int]

class Column:
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

def count_lines(block: bytes | bytearray | memoryview) -> int: ...
def decode(
    block: bytes | bytearray | memoryview, fields: tuple[Field, ...], closed: bool
) -> tuple[int, list[Column | None]] | None: ...
