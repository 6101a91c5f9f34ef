"""The command `dqlkit`, and `python -m dqlkit`."""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line of this process. Ctrl-C ends it at once and quietly, whatever it is loading or computing."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(130))
    from dqlkit.cli import main

    sys.exit(main())


if __name__ == "__main__":
    main()
