"""DPL, the Dynatrace Pattern Language: text to tree, tree to program, program to values.

`compiled(text)` is the way in for everything else.
"""

from __future__ import annotations

from dqlkit.languages.dpl.matchers.documents import read_object
from dqlkit.languages.dpl.pattern import Compiled, Found, Pattern, compiled
from dqlkit.languages.dpl.program import Clock
from dqlkit.languages.dpl.regular import NotRegular

__all__ = ["Clock", "Compiled", "Found", "NotRegular", "Pattern", "compiled", "read_object"]
