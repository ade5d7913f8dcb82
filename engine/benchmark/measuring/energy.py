"""Measure the energy of calls on a GPU, over many calls because the counter is slow."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from time import perf_counter

from engine.benchmark.conditions import Energy
from engine.benchmark.measuring.nvml import energy_used
from engine.benchmark.measuring.rounds import INPUTS, Caller
from engine.benchmark.setup import Side
from engine.results.devices import gpu_index
from engine.results.machine import GpuDescription

SECONDS = 3.0


def gpu_of(device: str, gpus: Sequence[GpuDescription]) -> str:
    """Return the UUID of the GPU that a device such as "cuda:0" is; empty if unknown.

    NVML ignores CUDA_VISIBLE_DEVICES, so its numbers differ from torch's.
    """
    index = gpu_index(device)
    return gpus[index].uuid if index is not None and index < len(gpus) else ""


def measure_energy(caller: Caller, gpus: Mapping[Side, str]) -> Iterator[Energy]:
    """Run each side alone for a few seconds, and yield its energy where NVML knows it.

    Args:
        caller: Makes the calls.
        gpus: The UUID of the GPU that each side's model is on; empty without one.
    """
    for side, gpu in gpus.items():
        before = energy_used(gpu) if gpu else None
        if before is None:
            continue
        started = perf_counter()
        for calls in count(1):
            caller.call(side, calls % INPUTS)
            if perf_counter() - started > SECONDS:
                break
        after = energy_used(gpu)
        if after is not None:
            yield Energy(side, (after - before) / calls, calls)
