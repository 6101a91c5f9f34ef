"""The documentation of a declaration, as its docstring has it: prose, and examples from the first `>>>` on."""

from __future__ import annotations

import inspect
import re

__all__ = ["prose", "summary"]


def prose(documentation: str) -> str:
    """The text without its examples."""
    return inspect.cleandoc(documentation).partition(">>>")[0].rstrip()


def summary(documentation: str) -> str:
    """The first sentence, in one line."""
    return re.split(r"(?<=\.)\s", inspect.cleandoc(documentation))[0].replace("\n", " ")
