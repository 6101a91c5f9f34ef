"""The command `dqlkit`, and `python -m dqlkit`."""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # `signal` makes enumerations of its numbers, which takes 2 ms
import atexit
import gc
import os
import sys

__all__ = ["collect_seldom", "main"]


def main() -> None:
    """Run the command line of this process. Ctrl-C ends it at once and quietly, whatever it is loading or computing."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(130))
    collect_seldom()
    from dqlkit.cli import main

    status = main()
    if "threading" not in sys.modules:
        _end(status)
    sys.exit(status)


def _end(status: int) -> None:
    """End the process without taking apart what it holds, which is work for nothing. Nothing may run beside it."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(status)


def collect_seldom() -> None:
    """Look for cycles of garbage less often, and not at the end.

    Trees and plans have none, and looking takes a tenth of a run and more. A query that is linted leaves seven objects that
    only looking finds.
    """
    gc.set_threshold(400_000, 20, 20)
    atexit.register(gc.freeze)


if __name__ == "__main__":
    main()
