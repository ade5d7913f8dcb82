"""Infer, parse and continue the frequency of timestamps."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.base.errors import UserError
from engine.base.escaping import quoted

Nanoseconds = NDArray[np.int64]

HOUR = 3_600_000_000_000
DAY = 24 * HOUR
_MEAN_MONTH = 30.436875 * DAY
_LONGEST = 36_525 * DAY
_MOST_MONTHS = 1_200
"""A century: timestamps in nanoseconds span three."""

_UNITS = (("D", DAY), ("h", HOUR), ("min", HOUR // 60), ("s", 10**9), ("ms", 10**6), ("us", 10**3))
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_SUPPORTED = "min, h, D, B, W-SUN, MS, ME, QS, QE, YS and YE, or a multiple such as 15min"


class Unit(StrEnum):
    """The unit of a step."""

    FIXED = "nanoseconds"
    BUSINESS = "business days"
    MONTH_START = "months from a day of the month"
    MONTH_END = "months from a last day of the month"


@dataclass(frozen=True, slots=True)
class Frequency:
    """A regular spacing of timestamps.

    Attributes:
        unit: Unit of `step`.
        step: Number of units from one timestamp to the next.
        alias: pandas alias of the frequency.
    """

    unit: Unit
    step: int
    alias: str

    @property
    def tolerance(self) -> int:
        """Return how far a stamp may lie from its slot, in ns: local days differ in length."""
        return HOUR if self.unit is not Unit.FIXED or self.step % DAY == 0 else 0

    def is_every(self, steps: Nanoseconds) -> bool:
        """Say whether all steps between neighbours have exactly this length."""
        return self.unit is Unit.FIXED and bool((steps == self.step).all())

    def slots(self, first: Nanoseconds, stamps: Nanoseconds) -> NDArray[np.int64]:
        """Return the number of steps from `first` to each stamp, rounded to the nearest."""
        distance = self._position(stamps) - self._position(first)
        return (distance + self.step // 2) // self.step

    def advance(self, first: Nanoseconds, slots: NDArray[np.int64]) -> Nanoseconds:
        """Return the stamps that lie `slots` steps after `first`."""
        if self.unit is Unit.FIXED:
            return first + slots * self.step
        moved = self._position(first) + slots * self.step
        if self.unit is Unit.BUSINESS:
            weeks, weekday = np.divmod(moved, 5)
            return (weeks * 7 + weekday - 3) * DAY + first % DAY
        if self.unit is Unit.MONTH_END:
            return _month_start(moved + 1) - DAY + first % DAY
        return _month_start(moved) + first - _month_start(_months(first))

    def _position(self, stamps: Nanoseconds) -> NDArray[np.int64]:
        if self.unit is Unit.FIXED:
            return stamps
        if self.unit is Unit.BUSINESS:
            # The epoch is a Thursday: its Monday lies three days earlier.
            weeks, weekday = np.divmod(stamps // DAY + 3, 7)
            return weeks * 5 + np.minimum(weekday, 4)
        return _months(stamps)


def infer_frequency(stamps: Nanoseconds, steps: Nanoseconds) -> Frequency | None:
    """Infer the most common spacing of neighbouring timestamps.

    Args:
        stamps: All timestamps, in local time.
        steps: Distances between neighbours of the same item, all positive.

    Returns:
        The frequency, of the median step if no spacing has a majority; None without steps.
    """
    if len(steps) == 0:
        return None
    step, share = _most_common(steps)
    if step == DAY and _skips_weekends(stamps, steps):
        return Frequency(Unit.BUSINESS, 1, "B")
    if step > 27 * DAY:
        monthly = _monthly(stamps, steps)
        if monthly is not None:
            return monthly
    if share < 0.5:
        step = int(np.median(steps))
    return _fixed(step, int(stamps[-1]))


@lru_cache(maxsize=256)
def parse_frequency(alias: str) -> Frequency:
    """Parse a pandas alias.

    Raises:
        UserError: The alias is unknown or unsupported.
    """
    import pandas as pd  # slow to import, and often not needed

    try:
        offset = pd.tseries.frequencies.to_offset(alias)
    except (ValueError, TypeError, OverflowError):
        offset = None
    step = _fixed_step(offset)
    if step is not None and 0 < step <= _LONGEST:
        return Frequency(Unit.FIXED, step, alias)
    if type(offset) is pd.offsets.BusinessDay and 0 < offset.n <= _LONGEST // DAY:
        return Frequency(Unit.BUSINESS, offset.n, alias)
    for unit, months, kinds in (
        (Unit.MONTH_START, 1, pd.offsets.MonthBegin),
        (Unit.MONTH_END, 1, pd.offsets.MonthEnd),
        (Unit.MONTH_START, 3, pd.offsets.QuarterBegin),
        (Unit.MONTH_END, 3, pd.offsets.QuarterEnd),
        (Unit.MONTH_START, 12, pd.offsets.YearBegin),
        (Unit.MONTH_END, 12, pd.offsets.YearEnd),
    ):
        if type(offset) is kinds and 0 < months * offset.n <= _MOST_MONTHS:
            return Frequency(unit, months * offset.n, alias)
    raise UserError(f"The frequency {quoted(alias)} is not supported.", f"Use {_SUPPORTED}.")


def _fixed_step(offset: object) -> int | None:
    """Return the nanoseconds of an offset of constant length; None for any other."""
    import pandas as pd

    if isinstance(offset, pd.offsets.Week):
        return 7 * DAY * offset.n
    if isinstance(offset, pd.offsets.Day):
        return DAY * offset.n
    return int(offset.nanos) if isinstance(offset, pd.offsets.Tick) else None


def _fixed(step: int, stamp: int) -> Frequency:
    if step % (7 * DAY) == 0:
        weeks = step // (7 * DAY)
        weekday = _WEEKDAYS[(stamp // DAY + 3) % 7]
        return Frequency(Unit.FIXED, step, f"{weeks if weeks > 1 else ''}W-{weekday}")
    for name, length in _UNITS:
        if step % length == 0:
            count = step // length
            return Frequency(Unit.FIXED, step, f"{count if count > 1 else ''}{name}")
    return Frequency(Unit.FIXED, step, f"{step}ns")


def _most_common(steps: Nanoseconds) -> tuple[int, float]:
    """Return the most frequent step (the shortest of equals) and its share."""
    if (steps == steps[0]).all():
        return int(steps[0]), 1.0
    values, counts = np.unique(steps, return_counts=True)
    best = int(counts.argmax())
    return int(values[best]), float(counts[best] / len(steps))


def _skips_weekends(stamps: Nanoseconds, steps: Nanoseconds) -> bool:
    return bool((steps >= 3 * DAY).any() and ((stamps // DAY + 3) % 7 < 5).all())


def _monthly(stamps: Nanoseconds, steps: Nanoseconds) -> Frequency | None:
    months = _months(stamps)
    days = (stamps - _month_start(months)) // DAY
    last_days = (_month_start(months + 1) - _month_start(months)) // DAY - 1
    day, share = _most_common(days)
    if share >= 0.9 and day < 28:
        unit = Unit.MONTH_START
    elif (days == last_days).mean() >= 0.9:
        unit = Unit.MONTH_END
    else:
        return None
    count, _ = _most_common(np.rint(steps / _MEAN_MONTH).astype(np.int64))
    return Frequency(unit, count, _monthly_alias(unit, count, int(months[-1])))


def _monthly_alias(unit: Unit, count: int, month: int) -> str:
    start = unit is Unit.MONTH_START
    letter = "S" if start else "E"
    if count not in (3, 12):
        return f"{count if count > 1 else ''}M{letter}"
    name = "Q" if count == 3 else "Y"
    usual = 0 if start else count - 1
    position = month % count
    return f"{name}{letter}" if position == usual else f"{name}{letter}-{_MONTHS[position]}"


def local_shift(unit: Unit, stamps: Nanoseconds) -> int:
    """Return the nanoseconds from UTC stamps to the local days that they stand for."""
    recent = stamps[-10:]
    for shift in (0, 14 * HOUR, -12 * HOUR):
        if _fits_calendar(unit, recent + shift):
            return shift
    return 0


def _fits_calendar(unit: Unit, stamps: Nanoseconds) -> bool:
    if unit is Unit.BUSINESS:
        return bool(((stamps // DAY + 3) % 7 < 5).all())
    months = _months(stamps)
    if unit is Unit.MONTH_END:
        return bool((_month_start(months + 1) - stamps <= DAY).all())
    return bool((stamps - _month_start(months) < DAY).all())


def _months(stamps: Nanoseconds) -> NDArray[np.int64]:
    return stamps.view("datetime64[ns]").astype("datetime64[M]").astype(np.int64)


def _month_start(months: NDArray[np.int64]) -> Nanoseconds:
    return months.astype("datetime64[M]").astype("datetime64[ns]").astype(np.int64)
