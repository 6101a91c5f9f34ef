"""Python's garbage collector set aside while a very long text is worked on.

Its full passes look at every node again and again, none of which is garbage: half of the time of a text of a megabyte.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["undisturbed"]

_LONG = 100_000


@contextmanager
def undisturbed(text: str) -> Iterator[None]:
    """No collection inside, where the text is long enough for it to matter."""
    if len(text) < _LONG or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
