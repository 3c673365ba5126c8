"""`python -m newsgen`."""

import sys

from newsgen.cli.start import main

if __name__ == "__main__":
    sys.exit(main())
