"""`python -m dqlkit`."""

import sys

from dqlkit.cli import main

sys.exit(main())
