"""The command's first lines: an interrupt must be quiet even while the rest is imported."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Runs the command line."""
    try:
        from engine.cli.app import run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
