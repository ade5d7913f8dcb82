"""Figures of a benchmark in words."""

from math import isfinite, log10

from engine.base.wording import size
from engine.benchmark.judging.statistics import Interval


def times(speed: Interval, other: str) -> str:
    """Return a ratio of speeds: "1.31x as fast as eager (95 % interval 1.28–1.34)"."""
    return f"{speed.value:.2f}x as fast as {other} ({interval(speed)})"


def interval(speed: Interval) -> str:
    """Return an interval: "95 % interval 1.28–1.34"."""
    return f"95 % interval {speed.low:.2f}–{speed.high:.2f}"


def seconds(value: float) -> str:
    """Return the duration of a call or a start."""
    if not isfinite(value):
        return "unknown"
    rounded = float(f"{value:.3g}")
    if abs(rounded) < 1e-4:
        return f"{1e6 * rounded:.3g} µs"
    if abs(rounded) < 1:
        return f"{1000 * rounded:.3g} ms"
    return f"{rounded:.3g} s" if abs(rounded) < 1000 else f"{value:,.0f} s"


def duration(hours: float) -> str:
    """Return a long duration."""
    if not isfinite(hours):
        return "never"
    if hours < 1 / 60:
        return f"{hours * 3600:.0f} seconds"
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:,.0f} days"


def count(value: float) -> str:
    """Return a number of calls, to two digits; "never" for infinity."""
    if not isfinite(value):
        return "never"
    digits = max(0, int(log10(value)) - 1) if value >= 1 else 0
    return f"{round(value, -digits):,.0f}"


def count_interval(calls: Interval) -> str:
    """Return a number of calls with its interval."""
    return f"{count(calls.value)} ({count(calls.low)}–{count(calls.high)})"


def memory(host: float, gpu: float | None) -> str:
    """Return the peak memory of a process, given in bytes, on the host and on the GPU."""
    return size(host) if gpu is None else f"{size(host)}, GPU {size(gpu)}"


def percent(share: float) -> str:
    """Return a share as a percentage."""
    return f"{100 * share:.1f} %"
