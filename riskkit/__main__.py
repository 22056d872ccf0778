"""``python -m riskkit`` is the command line."""

import sys

from riskkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
