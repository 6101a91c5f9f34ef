"""What editors ask about a text that is being written: plain functions over a `Draft` and an offset.

    draft = Draft("fetch logs | filter ", known=Known({"logs": schema}))
    complete(draft, 20).items

One source for the language server, the shell and the server's `query:autocomplete`. Texts may have errors: that is where
completion happens. Nothing here imports Polars.
"""

from __future__ import annotations

from dqlkit.editing.completion import complete
from dqlkit.editing.draft import Draft, Known
from dqlkit.editing.items import Completions, Item

__all__ = ["Completions", "Draft", "Item", "Known", "complete"]
