"""One timed call, and the steps to the first one."""

import gc
import time
from time import perf_counter

import torch

from engine.benchmark.measuring.job import Workload
from engine.benchmark.measuring.sampling import Call
from engine.data.series import SeriesSet
from engine.model.forecaster import Forecaster
from engine.runtime.events import Event, FellBack, SmallValuesChanged


class TimedSide:
    """A forecaster whose calls are timed.

    Attributes:
        forecaster: It.
        fallback: Why it gave up compilation; empty while it did not.
        fallback_call: Number of the call in which it did; None while it did not.
        changed_values: Values that the small-value policy altered in the last call.
    """

    def __init__(self, forecaster: Forecaster) -> None:
        self.forecaster = forecaster
        self.fallback = forecaster.fallback_cause or ""
        self.fallback_call: int | None = 0 if self.fallback else None
        self.changed_values = 0
        self._calls = 0
        # Not sent on: a call must not wait for whoever listens.
        forecaster.emit = self._take

    def call(self, inputs: SeriesSet, workload: Workload) -> Call:
        """Forecasts once and times it: device idle before and after, no garbage collection."""
        graphs = self._graphs()
        collects = gc.isenabled()
        gc.disable()
        try:
            self._synchronise()
            started = perf_counter()
            result = self.forecaster.forecast(
                inputs,
                workload.horizon,
                workload.quantile_levels,
                context_length=workload.context_length,
                batch_size=ALL_ROWS,
            )
            self._synchronise()
            seconds = perf_counter() - started
        finally:
            if collects:
                gc.enable()
        self._calls += 1
        return Call(seconds, result.split, self._graphs() - graphs, self.fallback)

    def _take(self, event: Event) -> None:
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
        """Where the model is."""
        device: torch.device = self.forecaster.model.pipeline.model.device
        return device

    def _synchronise(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


ALL_ROWS = 1_000_000_000
"""A batch size that no batch exceeds: the batch was made before."""


def seconds_since(spawned: float) -> float:
    """Seconds since a moment that another process noted with `time.time`."""
    return time.time() - spawned


def peak_memory() -> int:
    """The most memory that this process has held, in bytes."""
    import sys

    import psutil

    try:
        import resource
    except ImportError:  # there is none on Windows, where psutil knows it
        return int(getattr(psutil.Process().memory_info(), "peak_wset", 0))
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(held if sys.platform == "darwin" else held * 1024)


def peak_gpu_memory(device: torch.device) -> int | None:
    """The most that torch has held on a GPU, recordings included, in bytes; None on a CPU."""
    return int(torch.cuda.max_memory_reserved(device)) if device.type == "cuda" else None
