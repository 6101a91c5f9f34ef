from collections.abc import Mapping
from typing import Any

FORMS: Mapping[str, int]

class Text:
    def __buffer__(self, flags: int, /) -> memoryview: ...

def encode(frame: Any, fields: tuple[tuple[bytes, int, bool], ...], before: bytes, behind: bytes) -> Text: ...
