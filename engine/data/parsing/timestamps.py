"""Recognize and parse timestamps, written as text or as numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.parsing.cells import is_missing

NAT = np.iinfo(np.int64).min
"""The integer that datetime64 uses for not-a-time."""

ISO = "ISO 8601"
QUARTER = "quarters"
_EPOCHS = {"s": (1e8, 1e10), "ms": (1e11, 1e13), "us": (1e14, 1e16), "ns": (1e17, 9.2e18)}
_MAX_PATTERNS = 100
_LONGEST = 100
"""Characters of a timestamp; longer texts would cost the patterns quadratic time."""

_ZONE_NAMES = ("UTC", "GMT")
_ZONE = re.compile(r"[:T]\d\d(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$", re.IGNORECASE)
_QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])|Q([1-4])[- /]?(\d{4})", re.IGNORECASE)
_ISO_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_ISO_CLOCK = re.compile(r"\d{2}:\d{2}(:\d{2}([.]\d+)?)?$")
_COMPACT = re.compile(r"\d{8}T\d{4}(\d{2})?Z?")
_TIME = re.compile(
    r"(?P<gap>T|,? +)(?P<clock>\d{1,2}:\d{2}(?P<seconds>:\d{2})?(?P<fraction>[.,]\d+)?)"
    r"(?P<half> ?[AaPp][Mm])?(?P<zone> ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?$"
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?")
_DATES = (
    (re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{4}"), "%d{0}%m{0}%Y", "%m{0}%d{0}%Y"),
    (re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2}"), "%d{0}%m{0}%y", "%m{0}%d{0}%y"),
    (re.compile(r"\d{4}([/.-])\d{1,2}\1\d{1,2}"), "%Y{0}%m{0}%d", None),
    (re.compile(r"\d{1,2}([ /-])[A-Za-z]{3}\1\d{4}"), "%d{0}%b{0}%Y", None),
    (re.compile(r"\d{1,2}([ /-])[A-Za-z]{3}\1\d{2}"), "%d{0}%b{0}%y", None),
    (re.compile(r"\d{1,2}( )[A-Za-z]{4,9} \d{4}"), "%d %B %Y", None),
    (re.compile(r"[A-Za-z]{3}( )\d{1,2}, ?\d{4}"), "%b %d, %Y", None),
    (re.compile(r"[A-Za-z]{4,9}( )\d{1,2}, ?\d{4}"), "%B %d, %Y", None),
    (re.compile(r"[A-Za-z]{3}([ -])\d{4}"), "%b{0}%Y", None),
    (re.compile(r"[A-Za-z]{4,9}( )\d{4}"), "%B %Y", None),
    (re.compile(r"[A-Za-z]{3}(-)\d{2}"), "%b-%y", None),
    (re.compile(r"\d{1,2}([/-])\d{4}"), "%m{0}%Y", None),
    (re.compile(r"\d{4}(/)\d{1,2}"), "%Y{0}%m", None),
    (re.compile(r"\d{4}(M)\d{2}"), "%YM%m", None),
    (re.compile(r"\d{8}()"), "%Y%m%d", None),
)


@dataclass(frozen=True, slots=True)
class ParsedTimestamps:
    """Parsed timestamps.

    Attributes:
        stamps: Nanoseconds since the epoch in UTC, `NAT` where the text is not a timestamp.
        offsets: UTC offsets that occur in the texts, "" for none.
    """

    stamps: NDArray[np.int64]
    offsets: frozenset[str]


def is_timestamp(text: str) -> bool:
    """Say whether a text, other than a bare number, has the form of a timestamp."""
    return not text.isdigit() and _timestamp_pattern(text.strip(), day_first=True) is not None


def is_clock(text: str) -> bool:
    """Say whether a text is a time of day."""
    return len(text) <= _LONGEST and _CLOCK.fullmatch(text) is not None


def parse_clocks(texts: Sequence[str]) -> NDArray[np.int64]:
    """Parse times of day: nanoseconds since midnight, `NAT` where a text is none."""
    stamps = parse_texts([f"1970-01-01 {text.strip()}" for text in texts], day_first=True).stamps
    return np.where(list(map(is_clock, map(str.strip, texts))), stamps, NAT)


def is_ambiguous_date(text: str) -> bool:
    """Say whether a date is valid both day-first and month-first."""
    return _timestamp_pattern(text, day_first=True) != _timestamp_pattern(text, day_first=False)


def _timestamp_pattern(text: str, *, day_first: bool) -> str | None:
    """Return the strptime pattern (or `ISO`, `QUARTER`) that fits a text, if any."""
    if len(text) > _LONGEST:
        return None
    if _QUARTER.fullmatch(text):
        return QUARTER
    if _COMPACT.fullmatch(text):
        return ISO
    time = _TIME.search(text)
    date = text[: time.start()] if time else text
    clock = _clock(time) if time else ""
    if _ISO_DATE.fullmatch(date) and (time is None or _ISO_CLOCK.match(time["clock"])):
        return ISO if "%p" not in clock else f"%Y-%m-%d{clock}"
    for form, first, other in _DATES:
        match = form.fullmatch(date)
        if match:
            pattern = first if day_first or other is None else other
            return pattern.format(match[1]) + clock
    return None


def _clock(time: re.Match[str]) -> str:
    hour = "%I:%M" if time["half"] else "%H:%M"
    parts = [time["gap"], hour, ":%S" if time["seconds"] else ""]
    if time["fraction"]:
        parts.append(time["fraction"][0] + "%f")
    if time["half"]:
        parts.append(" %p" if time["half"][0] == " " else "%p")
    if time["zone"]:
        parts.append((" " if time["zone"][0] == " " else "") + "%z")
    return "".join(parts)


def parse_texts(
    texts: Sequence[str], *, day_first: bool, pattern: str | None = None
) -> ParsedTimestamps:
    """Parse timestamps written as text, each by the pattern that fits it.

    Args:
        texts: Stripped texts.
        day_first: Whether 01/02/2020 is the first of February.
        pattern: strptime pattern to use for all texts.
    """
    array = np.array(texts, dtype=object)
    stamps = np.full(len(array), NAT)
    pending = np.arange(len(array))
    tried: set[str] = set()
    for _ in range(_MAX_PATTERNS):
        present = next((position for position in pending if not is_missing(array[position])), None)
        if present is None:
            break
        form = pattern or _timestamp_pattern(array[present], day_first=day_first)
        if form is not None and form not in tried:
            tried.add(form)
            if array[present].endswith(_ZONE_NAMES):
                array[pending] = [_with_offset(text) for text in array[pending]]
            stamps[pending] = _by_pattern(array[pending], form)
        # A text that its own pattern does not parse stays `NAT`.
        pending = pending[(stamps[pending] == NAT) & (pending > present)]
    return ParsedTimestamps(stamps, _offsets(texts))


def _with_offset(text: str) -> str:
    return text[:-3].rstrip() + "Z" if text.endswith(_ZONE_NAMES) else text


def _by_pattern(texts: NDArray[np.object_], pattern: str) -> NDArray[np.int64]:
    import pandas as pd  # slow to import, and often not needed

    if pattern == QUARTER:
        return np.array([_quarter(text) for text in texts], dtype=np.int64)
    form = "ISO8601" if pattern == ISO else pattern
    parsed = pd.to_datetime(pd.Series(texts, dtype=object), format=form, errors="coerce", utc=True)
    return _nanoseconds(parsed.dt.tz_localize(None).to_numpy())


def _nanoseconds(stamps: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Convert to nanoseconds, with `NAT` for stamps out of range."""
    years = stamps.astype("datetime64[Y]").astype(np.int64) + 1970
    beyond = (years < 1678) | (years > 2261)
    nanoseconds = np.where(beyond, np.datetime64("NaT"), stamps).astype("datetime64[ns]")
    return nanoseconds.view(np.int64)


def _quarter(text: str) -> int:
    match = _QUARTER.fullmatch(text)
    if match is None:
        return int(NAT)
    year, quarter = int(match[1] or match[4]), int(match[2] or match[3])
    start = np.datetime64(f"{year:04}-{3 * quarter - 2:02}")
    return int(start.astype("datetime64[ns]").astype(np.int64))


def _offsets(texts: Sequence[str]) -> frozenset[str]:
    # Texts have few different endings: one text of each is enough.
    kinds = {text[-6:]: text for text in texts if not is_missing(text)}
    matches = map(_ZONE.search, kinds.values())
    return frozenset(_offset(match[1]) if match else "" for match in matches)


def _offset(zone: str) -> str:
    if zone[0] not in "+-":
        return "UTC"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return "UTC" if digits == "0000" else f"{zone[0]}{digits[:2]}:{digits[2:]}"


def offset_nanoseconds(offset: str) -> int:
    """Return the length of an offset such as "+02:00"; 0 for "UTC" and for none."""
    if not offset or offset == "UTC":
        return 0
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    return (-1 if offset[0] == "-" else 1) * minutes * 60 * 10**9


def infer_number_unit(texts: Sequence[str]) -> str | None:
    """Infer the unit of integers that may be timestamps.

    Returns:
        "s", "ms", "us" or "ns" since the epoch; "%Y%m%d", "%Y%m" or "%Y"; None if the numbers
        cannot be timestamps.
    """
    try:
        numbers = np.array([float(text) for text in texts if not is_missing(text)])
    except ValueError:
        return None
    if not len(numbers):
        return None
    low, high = numbers.min(), numbers.max()
    for pattern, length in (("%Y%m%d", 8), ("%Y%m", 6), ("%Y", 4)):
        digits = [text.strip() for text in texts if not is_missing(text)]
        if all(len(one) == length and one.isdigit() for one in digits):
            stamps = parse_numbers(digits, pattern)
            if (stamps != NAT).all():
                return pattern
    for unit, (least, most) in _EPOCHS.items():
        if least <= low and high < most:
            return unit
    return None


def parse_numbers(texts: Sequence[str], unit: str) -> NDArray[np.int64]:
    """Parse timestamps written as numbers of a unit from `infer_number_unit`."""
    if unit.startswith("%"):
        array = np.array([text.strip().removesuffix(".0") for text in texts], dtype=object)
        return _by_pattern(array, unit)
    factor = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[unit]
    stamps = np.full(len(texts), NAT)
    for position, text in enumerate(texts):
        try:
            whole, _, fraction = text.strip().partition(".")
            part = round(float(f"0.{fraction or 0}") * factor)
            stamps[position] = int(whole) * factor + part
        except (ValueError, OverflowError):
            continue
    return stamps


def timestamp_format_name(texts: Sequence[str], unit: str | None, *, day_first: bool) -> str | None:
    """Name the form of some timestamps; None if it is unknown."""
    if unit is not None:
        return unit if unit.startswith("%") else f"epoch {unit}"
    forms = (_timestamp_pattern(text.strip(), day_first=day_first) for text in texts)
    return next((form for form in forms if form is not None), None)
