"""Steps of pipelines (GitHub, GitLab, Azure), whose commands ask queries."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind
from dqlkit.hosts.located import Node, get, strings, within
from dqlkit.hosts.notations.shell import find

__all__ = ["steps"]

#: Members that hold commands: one text, or a list of them.
_COMMANDS = ("run", "script", "before_script", "after_script", "bash")


@kind("steps", words=("dtctl|dqlkit", "query", "|".join(_COMMANDS)))
def steps(root: Node, pointer: str) -> Iterator[Embedded]:
    """The queries in the words of commands."""
    for name in _COMMANDS if isinstance(root, dict) else ():
        for at, command in strings(get(root, name), f"{pointer}/{name}"):
            yield from within(find(command.value), command, at)
