"""`dtctl-dql`: dqlkit as a plugin of dtctl, which calls it for `dtctl dql …` and tells by the environment how to answer.

`DTCTL_AGENT` wants answers in the envelope of agents, `DTCTL_PLAIN` no colours. Called without dtctl it looks for the
variables of agents that dtctl looks for. `dqlkit` itself answers as it is asked, whoever asks: what hooks and programs
read must not depend on who started them. [decided]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from dqlkit import cli
from dqlkit.__main__ import collect_seldom

__all__ = ["main"]

#: What agents set in the environment of the commands that they run, as dtctl knows them.
_AGENTS = (
    *("AI_AGENT", "AMAZON_Q", "CLAUDECODE", "CODEIUM_AGENT", "CODEX", "CURSOR_AGENT", "GITHUB_COPILOT"),
    *("JUNIE", "KIRO", "OPENCLAW", "OPENCODE", "TABNINE_AGENT"),
)
#: Subcommands that answer in the envelope of agents.
_ANSWERING = ("lint", "test", "diff")


def main() -> None:
    """Run the words of the command line as dtctl wants it."""
    collect_seldom()
    if _is_set("DTCTL_PLAIN"):
        os.environ["NO_COLOR"] = "1"
    sys.exit(cli.main(_words(sys.argv[1:])))


def _words(words: Sequence[str]) -> list[str]:
    asked = any(word.startswith("--output-format") for word in words)
    if words and words[0] in _ANSWERING and _for_agent() and not asked:
        return [words[0], "--output-format", "agent", *words[1:]]
    return list(words)


def _for_agent() -> bool:
    """Whether an agent reads the answer. dtctl has decided that for its plugins: `--no-agent` leaves the variables as they
    are."""
    by_dtctl = "DTCTL_AGENT" in os.environ or "DTCTL_CALLER_VERSION" in os.environ
    return _is_set("DTCTL_AGENT") if by_dtctl else any(map(_is_set, _AGENTS))


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() not in ("", "0", "false")
