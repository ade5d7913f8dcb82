"""Time one call, and measure the memory of this process."""

import gc
import time
from time import perf_counter

import torch

from engine.benchmark.measuring.job import Workload
from engine.benchmark.measuring.rounds import CallTiming
from engine.data.series import SeriesSet
from engine.model.forecaster import Forecaster
from engine.runtime.events import Event, FellBack, SmallValuesChanged


class TimedSide:
    """A forecaster whose calls are timed.

    Attributes:
        forecaster: The forecaster.
        fallback: Why it gave up compilation; empty if it did not.
        fallback_call: Number of the call in which it fell back; None if it did not.
        changed_values: Values that the small-value policy changed in the last call.
    """

    def __init__(self, forecaster: Forecaster) -> None:
        self.forecaster = forecaster
        self.fallback = forecaster.fallback_cause or ""
        self.fallback_call: int | None = 0 if self.fallback else None
        self.changed_values = 0
        self._calls = 0
        # Events stay here: a call must not wait for a pipe.
        forecaster.emit = self._handle

    def call(self, inputs: SeriesSet, workload: Workload) -> CallTiming:
        """Forecast once and time it: device idle before and after, no garbage collection."""
        graphs = self._graphs()
        collects = gc.isenabled()
        gc.disable()
        try:
            self._synchronise()
            started = perf_counter()
            result = self.forecaster.forecast(inputs, workload.horizon, workload.quantile_levels)
            self._synchronise()
            seconds = perf_counter() - started
        finally:
            if collects:
                gc.enable()
        self._calls += 1
        return CallTiming(seconds, result.split, self._graphs() - graphs, self.fallback)

    def _handle(self, event: Event) -> None:
        match event:
            case FellBack(cause):
                self.fallback, self.fallback_call = cause, self._calls
            case SmallValuesChanged(values=values):
                self.changed_values = values

    def _graphs(self) -> int:
        proof = self.forecaster.proof()
        return proof.graphs if proof else 0

    @property
    def device(self) -> torch.device:
        """Return the device of the model."""
        device: torch.device = self.forecaster.model.pipeline.model.device
        return device

    def _synchronise(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def seconds_since(spawned: float) -> float:
    """Return the seconds since a moment that another process read from `time.time`."""
    return time.time() - spawned


def peak_memory() -> int:
    """Return the most memory that this process has held, in bytes."""
    import sys

    import psutil

    try:
        import resource
    except ImportError:  # Windows has none; psutil knows the figure there
        return int(getattr(psutil.Process().memory_info(), "peak_wset", 0))
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(held if sys.platform == "darwin" else held * 1024)


def peak_gpu_memory(device: torch.device) -> int | None:
    """Return the most memory that torch has held on a GPU, in bytes; None on a CPU."""
    return int(torch.cuda.max_memory_reserved(device)) if device.type == "cuda" else None
