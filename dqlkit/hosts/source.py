"""A source text for tree-sitter, which counts bytes: converts byte offsets to code points."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node

__all__ = ["Source"]


class Source:
    """A text and the tree of it."""

    def __init__(self, text: str, language: Language) -> None:
        from tree_sitter import Parser

        self.text = text
        self.bytes = text.encode("utf-8", "replace")
        self._known = (0, 0)
        self._ascii = len(self.bytes) == len(text)
        self.root = Parser(language).parse(self.bytes).root_node

    def at(self, offset: int) -> int:
        """The code point at a byte offset. Offsets mostly grow, so what lies before the last one is not counted again."""
        if self._ascii:
            return offset
        byte, point = self._known if self._known[0] <= offset else (0, 0)
        self._known = (offset, point + len(self.bytes[byte:offset].decode("utf-8", "ignore")))
        return self._known[1]

    def of(self, node: Node) -> str:
        """The source text of a node."""
        return self.bytes[node.start_byte : node.end_byte].decode("utf-8", "ignore")
