"""Where dqlkit keeps what it can make again."""

from __future__ import annotations

import os
import sys

__all__ = ["cache_folder"]


def cache_folder() -> str:
    """The folder of the user's caches that is dqlkit's own."""
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        root = "~/Library/Caches"
    else:
        root = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return os.path.join(os.path.expanduser(root), "dqlkit")
