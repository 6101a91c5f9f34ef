"""`python -m dqlkit.cli`."""

import sys

from dqlkit.cli import main

sys.exit(main())
