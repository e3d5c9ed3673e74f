"""python -m log_mcp."""

import sys

from log_mcp.cli import main

sys.exit(main())
