"""What calls cost a GPU in energy: its counter is too slow for single calls, so many are made."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from time import perf_counter

from engine.benchmark.measurements import Energy, Side
from engine.benchmark.measuring.nvml import energy_used
from engine.benchmark.measuring.sampling import PLACES, Caller
from engine.results.devices import gpu_index
from engine.results.machine import GpuDescription

SECONDS = 3.0


def gpu_of(device: str, gpus: Sequence[GpuDescription]) -> str:
    """The UUID of the GPU that a device such as "cuda:0" is; empty where it is not known.

    torch's numbers are not those of NVML, which knows nothing of CUDA_VISIBLE_DEVICES.
    """
    index = gpu_index(device)
    return gpus[index].uuid if index is not None and index < len(gpus) else ""


def measure_energy(caller: Caller, gpus: Mapping[Side, str]) -> Iterator[Energy]:
    """Has each side work alone for a few seconds; gives nothing where NVML gives nothing.

    Args:
        caller: Makes the calls.
        gpus: The UUID of the GPU that each side's model is on; empty without one.
    """
    for side, gpu in gpus.items():
        before = energy_used(gpu) if gpu else None
        if before is None:
            continue
        started, calls = perf_counter(), 0
        for calls in count(1):
            caller.call(side, calls % PLACES)
            if perf_counter() - started > SECONDS:
                break
        after = energy_used(gpu)
        if after is not None:
            yield Energy(side, (after - before) / calls, calls)
