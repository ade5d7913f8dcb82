"""The command's first lines: an interrupt is quiet even while the rest is imported."""

import sys

from engine.base.memory import is_out_of_memory, more_memory
from engine.terminal.exit_codes import FAILED, INTERRUPTED


def main() -> None:
    """Run the command line."""
    try:
        from engine.cli.app import run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except (ImportError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        sys.stderr.write(f"error: The command ran out of memory. {more_memory()}\n")
        sys.exit(FAILED)
