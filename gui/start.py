"""How the window starts, and what to say if it cannot."""

import sys
from dataclasses import dataclass
from pathlib import Path

BAD_INPUT = 2
"""Exit code if the window cannot be opened."""


@dataclass(frozen=True, slots=True)
class Start:
    """The options of a start of the window.

    Attributes:
        data: The file to open; None for the last one, or sample data.
        reset: Whether to forget everything that is remembered first.
        safe: Whether to ignore what is remembered, and to remember nothing.
    """

    data: Path | None = None
    reset: bool = False
    safe: bool = False


def report_no_display(cause: str) -> None:
    """Say that there can be no window, and what works without one."""
    sys.stderr.write(
        f"error: The window cannot be opened: {cause}. The commands work without it: try "
        "`chronos-panel forecast --demo`, or `chronos-panel --help` for all of them.\n"
    )
