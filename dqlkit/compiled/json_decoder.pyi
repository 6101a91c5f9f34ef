from collections.abc import Mapping
from typing import TypeAlias

Field: TypeAlias = tuple[bytes, int, tuple[Field, ...]]

KINDS: Mapping[str, int]

def count_lines(block: bytes | bytearray | memoryview) -> int: ...
def decode(
    block: bytes | bytearray | memoryview, fields: tuple[Field, ...], closed: bool
) -> tuple[int, list[tuple[object, object] | None]] | None: ...
