"""The machine during a measurement: load, clocks, heat, and other processes."""

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil

from engine.benchmark.conditions import Conditions
from engine.benchmark.measuring.nvml import gpu_states

CPUS = Path("/sys/devices/system/cpu")
CPU_SENSORS = ("coretemp", "k10temp", "zenpower", "cpu_thermal")
"""Linux's names of the drivers that measure the temperature of a processor."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Counters at one moment.

    Attributes:
        at: The moment, on the clock of `perf_counter`.
        load: Processes ready to run, mean of the last minute; None if unknown.
        busy: Seconds that the CPUs have worked, all together.
        own: Seconds of these for this process and its children, ended ones included.
        stolen: Seconds that the host of a virtual machine took.
        clock: CPU clock in MHz; None if unknown.
        throttled: Number of times that the CPUs slowed down for heat; None if unknown.
    """

    at: float
    load: float | None
    busy: float
    own: float
    stolen: float | None
    clock: float | None
    throttled: int | None


def snapshot() -> Snapshot:
    """Read the counters."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
    stolen = getattr(times, "steal", None)
    total = sum(times) - guests  # Linux counts a guest's time in user time too
    return Snapshot(
        at=perf_counter(),
        load=_load(),
        busy=total - idle - (stolen or 0.0),
        own=_own_seconds(),
        stolen=stolen,
        clock=_clock(),
        throttled=_throttled(),
    )


def conditions(before: Snapshot, after: Snapshot, gpus: Collection[str]) -> Conditions:
    """Return the conditions between two moments.

    Args:
        before: The first moment.
        after: The second moment.
        gpus: UUIDs of the GPUs in use.
    """
    seconds = after.at - before.at
    others = (after.busy - before.busy - (after.own - before.own)) / seconds if seconds else None
    stolen = None
    if before.stolen is not None and after.stolen is not None and seconds:
        stolen = (after.stolen - before.stolen) / (seconds * (psutil.cpu_count() or 1))
    times = None
    if before.throttled is not None and after.throttled is not None:
        times = after.throttled - before.throttled
    return Conditions(
        load_before=before.load,
        load_after=after.load,
        busy_others=None if others is None else max(0.0, others),
        stolen=stolen,
        governor=_governor(),
        clock_before=before.clock,
        clock_after=after.clock,
        throttled=times,
        temperature=_temperature(),
        gpus=gpu_states(gpus, _own_pids()),
    )


def _own_processes() -> Iterator[psutil.Process]:
    """Yield this process and its children."""
    me = psutil.Process()
    yield me
    yield from me.children(recursive=True)


def _own_pids() -> set[int]:
    """Return the process ids of this process and its children."""
    return {process.pid for process in _own_processes()}


def _own_seconds() -> float:
    """Return the CPU seconds of this process and its children, ended ones included."""
    total = 0.0
    for process in _own_processes():
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
            total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total


def _load() -> float | None:
    """Return the mean number of processes ready to run in the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def _clock() -> float | None:
    """Return the CPU clock in MHz, mean over the cores."""
    if not hasattr(psutil, "cpu_freq"):
        return None
    with contextlib.suppress(OSError, NotImplementedError):
        found = psutil.cpu_freq()
        return float(found.current) if found and found.current else None
    return None


def _governor() -> str:
    """Return the rule by which Linux chooses the clock; empty if unknown."""
    with contextlib.suppress(OSError):
        return (CPUS / "cpu0/cpufreq/scaling_governor").read_text(encoding="utf-8").strip()
    return ""


def _throttled() -> int | None:
    """Return the number of times that the CPUs slowed down for heat since the machine started."""
    counts = list(_readable(CPUS.glob("cpu[0-9]*/thermal_throttle/core_throttle_count")))
    return sum(counts) if counts else None


def _readable(files: Iterable[Path]) -> Iterator[int]:
    """Yield the numbers in the files that can be read."""
    for file in files:
        with contextlib.suppress(OSError, ValueError):
            yield int(file.read_text(encoding="utf-8"))


def _temperature() -> float | None:
    """Return the temperature of the hottest CPU sensor in degrees Celsius; None without one."""
    sensors: Mapping[str, list[Any]] = getattr(psutil, "sensors_temperatures", dict)()
    heats = [entry.current for name in CPU_SENSORS for entry in sensors.get(name, ())]
    return max(heats) if heats else None
