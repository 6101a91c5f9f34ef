"""Python's garbage collector set aside while a very long text is worked on.

Its full passes look at every node again and again, none of which is garbage: half of the time of a text of a megabyte.
"""

from __future__ import annotations

import gc

__all__ = ["undisturbed"]

_LONG = 100_000


class undisturbed:
    """No collection inside, where the text is long enough for it to matter."""

    __slots__ = ("matters",)

    def __init__(self, text: str) -> None:
        self.matters = len(text) >= _LONG and gc.isenabled()

    def __enter__(self) -> None:
        if self.matters:
            gc.disable()

    def __exit__(self, *problem: object) -> None:
        if self.matters:
            gc.enable()
