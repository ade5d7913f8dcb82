"""The log file: details that a user who only wants a forecast does not need."""

import logging
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path

FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"


def log_file() -> Path:
    """Return the path of the log."""
    return user_log_path("chronos-panel", appauthor=False) / "chronos-panel.log"


def set_up_log() -> None:
    """Start logging to the file; without a place to write to, there is no log."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(logging.NullHandler())  # else Python writes warnings to standard error
    with suppress(OSError):
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_file(), maxBytes=2_000_000, backupCount=2)
        handler.setFormatter(logging.Formatter(FORMAT))
        root.addHandler(handler)
