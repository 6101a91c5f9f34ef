"""`dtctl-dql`: dqlkit as a plugin of dtctl, which calls it for `dtctl dql …` and tells by the environment how to answer.

`DTCTL_AGENT` wants answers in the envelope of agents, `DTCTL_PLAIN` no colours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from dqlkit import cli

__all__ = ["main"]

#: Subcommands that answer in the envelope of agents.
_ANSWERING = ("lint", "test", "diff")


def main() -> None:
    """Run the words of the command line as dtctl wants it."""
    cli.collect_seldom()
    if _is_set("DTCTL_PLAIN"):
        os.environ["NO_COLOR"] = "1"
    sys.exit(cli.main(_words(sys.argv[1:])))


def _words(words: Sequence[str]) -> list[str]:
    asked = any(word.startswith("--output-format") for word in words)
    if words and words[0] in _ANSWERING and _is_set("DTCTL_AGENT") and not asked:
        return [words[0], "--output-format", "agent", *words[1:]]
    return list(words)


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() not in ("", "0", "false")
