"""Compare the time of `load` with that of `pandas.read_csv`, and measure its memory.

Run `python -m tests.measure.loading` in the root of the repository. It prints the time ratio
(goal: at most 2) and the ratio of peak memory to file size (goal: at most 6). Needs Linux.
"""

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import psutil

from engine.data import load

ITEMS, STEPS, ROUNDS = 10_000, 100, 9


def write_table(path: Path) -> None:
    stamps = pd.date_range("2024-01-01", periods=STEPS, freq="h").strftime("%Y-%m-%d %H:%M:%S")
    frame = pd.DataFrame(
        {
            "item_id": np.repeat([f"item_{number:05d}" for number in range(ITEMS)], STEPS),
            "timestamp": np.tile(stamps.to_numpy(), ITEMS),
            "value": np.random.default_rng(0).normal(100, 10, ITEMS * STEPS).round(4),
        }
    )
    frame.to_csv(path, index=False)


def seconds(action: Callable[[Path], object], path: Path) -> float:
    start = time.perf_counter()
    action(path)
    return time.perf_counter() - start


def peak_bytes(path: Path) -> int:
    """Return by how much one load raises the peak resident memory of the process."""
    before = psutil.Process().memory_info().rss
    loaded = load(path)
    assert len(loaded) == ITEMS
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) * 1024 - before


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        write_table(path)
        size = path.stat().st_size
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            peak = pool.apply(peak_bytes, (path,))
        load(path)
        pairs = [(seconds(pd.read_csv, path), seconds(load, path)) for _ in range(ROUNDS)]
    pandas_time, load_time = (median(times) for times in zip(*pairs, strict=True))
    ratios = sorted(loading / reading for reading, loading in pairs)
    sys.stdout.write(
        f"{ITEMS * STEPS:,} rows, {ITEMS:,} items, {size / 1e6:.1f} MB, "
        f"{ROUNDS} alternating rounds\n"
        f"read_csv        median {pandas_time:.3f} s\n"
        f"load            median {load_time:.3f} s\n"
        f"time ratio      median {median(ratios):.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f})\n"
        f"peak memory     {peak / 1e6:.0f} MB, {peak / size:.2f} times the file\n"
    )


if __name__ == "__main__":
    main()
