"""Let ``python -m identity_match`` be the command ``identity-match``."""

from __future__ import annotations

import sys

from identity_match.cli import main

if __name__ == "__main__":
    sys.exit(main())
