"""The log on the terminal, for --verbose."""

import logging

from engine.base.escaping import printable_lines


class _Escaped(logging.Formatter):
    """Shows control characters of names as escapes."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as lines."""
        return printable_lines(super().format(record))


def also_to_stderr() -> None:
    """Show the log on standard error too."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Escaped("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
