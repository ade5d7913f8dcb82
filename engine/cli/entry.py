"""The command's first lines: an interrupt is quiet even while the rest is imported."""

import sys

from engine.terminal.exit_codes import INTERRUPTED


def main() -> None:
    """Run the command line."""
    try:
        from engine.cli.app import run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
