"""The start of the command: the window without a subcommand, otherwise the command line.

A subcommand imports nothing of Qt, and the window nothing of the command line.
"""

import gc
import os
import sys
from pathlib import Path

from gui.start import BAD_INPUT, Start, report_no_display

RESET = "--reset-settings"
SAFE = "--safe-mode"


def main() -> None:
    """Run the window or the command line."""
    start = parse(sys.argv[1:])
    if start is None:
        from engine.cli.entry import main as run_command

        run_command()
        return
    if not _has_display():
        report_no_display("there is no display")
        sys.exit(BAD_INPUT)
    gc.disable()  # collecting takes time, and nothing is thrown away before the window is there
    from gui.app import run

    sys.exit(run(start))


def parse(arguments: list[str]) -> Start | None:
    """Return the options of the window; None if the arguments are for the command line.

    A name with a dot or a slash is a file, not a subcommand.
    """
    options = {argument for argument in arguments if argument in (RESET, SAFE)}
    others = [argument for argument in arguments if argument not in options]
    if len(others) > 1 or not all(map(_names_file, others)):
        return None
    data = Path(others[0]).absolute() if others else None
    return Start(data, reset=RESET in options, safe=SAFE in options)


def _names_file(argument: str) -> bool:
    """Say whether an argument is a file and neither an option nor a subcommand."""
    return not argument.startswith("-") and any(mark in argument for mark in (".", "/", os.sep))


def _has_display() -> bool:
    """Say whether there is a screen for a window; only Linux can be without."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    main()
