from collections.abc import Mapping
from typing import TypeAlias

Field: TypeAlias = tuple[bytes, int, tuple[Field, ...]]
Column: TypeAlias = tuple[int, list[bytes | None], list[Column]]

KINDS: Mapping[str, int]

def decode(
    block: bytes | bytearray | memoryview, fields: tuple[Field, ...], closed: bool
) -> tuple[int, list[Column | None]] | None: ...
