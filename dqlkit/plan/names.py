"""Patterns over field names."""

from __future__ import annotations

import re

from dqlkit.frozen import frozen

__all__ = ["NamePattern"]


@frozen
class NamePattern:
    """A field name, or with `wildcard` a text in which `*` stands for any run of characters."""

    text: str
    wildcard: bool = False

    def matches(self, name: str) -> bool:
        """Whether a field is meant."""
        if not self.wildcard:
            return name == self.text
        return re.fullmatch(".*".join(map(re.escape, self.text.split("*"))), name, re.DOTALL) is not None
