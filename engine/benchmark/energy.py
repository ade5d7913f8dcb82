"""What calls cost a GPU in energy: its counter is too slow for single calls, so many are made."""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from time import perf_counter

from engine.benchmark.nvml import energy_used
from engine.benchmark.samples import Energy, Side
from engine.benchmark.sampling import PLACES, Caller

SECONDS = 3.0


def measure_energy(caller: Caller, devices: Mapping[Side, str]) -> Iterator[Energy]:
    """Has each side work alone for a few seconds; gives nothing where NVML gives nothing.

    Args:
        caller: Makes the calls.
        devices: Where each side's model is, such as "cuda:0".
    """
    for side, device in devices.items():
        gpu = re.fullmatch(r"cuda:(\d+)", device)
        before = energy_used(int(gpu[1])) if gpu else None
        if gpu is None or before is None:
            continue
        started, calls = perf_counter(), 0
        for calls in count(1):
            caller.call(side, calls % PLACES)
            if perf_counter() - started > SECONDS:
                break
        after = energy_used(int(gpu[1]))
        if after is not None:
            yield Energy(side, (after - before) / calls, calls)
