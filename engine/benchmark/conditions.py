"""The machine while calls are timed, as plain values."""

from dataclasses import dataclass

from engine.benchmark.setup import Side


@dataclass(frozen=True, slots=True)
class GpuState:
    """The state of a GPU as NVML reports it; None where NVML does not know.

    Attributes:
        name: The driver's name of it.
        temperature: Degrees Celsius.
        throttled: Why it was slowed down; empty if it was not.
        others: Number of processes on it that do not belong to the benchmark.
        clock: Clock of its multiprocessors in MHz.
    """

    name: str
    temperature: float | None
    throttled: str | None
    others: int | None
    clock: float | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """The machine during the rounds; None where a figure cannot be measured.

    Attributes:
        load_before: Processes ready to run, mean of the minute before the rounds.
        load_after: Processes ready to run, mean of the last minute of the rounds.
        busy_others: Cores that other processes used, mean of the rounds.
        stolen: Share of the time that the host of a virtual machine took.
        governor: The rule by which Linux chooses the clock, such as "performance"; empty if
            unknown.
        clock_before: CPU clock in MHz before the rounds.
        clock_after: CPU clock in MHz after the rounds.
        throttled: Number of times that the CPU slowed down for heat.
        temperature: Temperature of the hottest CPU sensor at the end, in degrees Celsius.
        gpus: The GPUs at the end.
    """

    load_before: float | None
    load_after: float | None
    busy_others: float | None
    stolen: float | None
    governor: str
    clock_before: float | None
    clock_after: float | None
    throttled: int | None
    temperature: float | None
    gpus: tuple[GpuState, ...]


@dataclass(frozen=True, slots=True)
class Energy:
    """The energy that a call of a side takes on the GPU.

    Attributes:
        side: The side.
        joules: Energy of a call, idle power included.
        calls: Number of calls behind the mean.
    """

    side: Side
    joules: float
    calls: int
