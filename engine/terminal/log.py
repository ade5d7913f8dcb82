"""The log on the terminal, for --verbose."""

import logging


def also_to_stderr() -> None:
    """Show the log on standard error too."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
