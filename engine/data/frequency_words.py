"""Put frequencies into words."""

import re

_ALIAS = re.compile(r"(\d*)([A-Za-z]+)(-[A-Z]+)?")
_WORDS = {
    "us": ("every microsecond", "microseconds"),
    "ms": ("every millisecond", "milliseconds"),
    "s": ("every second", "seconds"),
    "min": ("every minute", "minutes"),
    "h": ("hourly", "hours"),
    "D": ("daily", "days"),
    "B": ("every business day", "business days"),
    "W": ("weekly", "weeks"),
    "MS": ("monthly", "months"),
    "ME": ("monthly", "months"),
    "QS": ("quarterly", "quarters"),
    "QE": ("quarterly", "quarters"),
    "YS": ("yearly", "years"),
    "YE": ("yearly", "years"),
}


def frequency_in_words(alias: str) -> str:
    """Put a pandas alias into words: "daily" for D, "every …" for a rare one.

    The start of a week or quarter is omitted.
    """
    parts = _ALIAS.fullmatch(alias)
    if parts is None or parts[2] not in _WORDS:
        return f"every {alias}"
    single, several = _WORDS[parts[2]]
    return single if parts[1] in ("", "1") else f"every {parts[1]} {several}"
