"""A worker that dies within a part, as often as a folder has files: each death takes one away."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from dqlkit.engines.cluster.work import Part, Work

__all__ = ["FOLDER", "Dying", "lives"]

#: The variable of the environment that names the folder.
FOLDER = "DQLKIT_TEST_DEATHS"


class Dying(Work):
    """Work over which its process dies."""

    def run(self, part: Part) -> Any:
        made = super().run(part)
        for death in Path(os.environ[FOLDER]).iterdir():
            death.unlink(missing_ok=True)
            os.kill(os.getpid(), signal.SIGKILL)
        return made


def lives(folder: Path, deaths: int) -> str:
    """A folder with so many deaths."""
    for number in range(deaths):
        (folder / str(number)).touch()
    return str(folder)
