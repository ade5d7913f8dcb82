"""Measure whether a series costs the same among few and among many.

The pipeline of this program forecasts tables of growing numbers of series, in turns, with the fused
encoder and the demo model. A table of 512 steps shows how batches grow, one of 64 steps how tables
grow. Memory is what the process holds at most, beyond before the call, less the two tables.

Run by hand, in the root of the repository, on Linux: `python -m tests.measure.flat`, with
`--rounds 3`. Prints a table.
"""

import argparse
import gc
import warnings
from pathlib import Path
from statistics import median
from time import perf_counter

import pandas as pd

from engine.config.settings import CompileConfig
from tests.measure.levers import HORIZON, table
from tests.measure.levers import pipeline as load
from tests.measure.memory import held

COUNTS = ((512, (64, 256, 1024, 4096)), (64, (1_000, 10_000, 100_000)))
"""Steps of history -> numbers of series."""


def size_of(frame: pd.DataFrame) -> int:
    """Return the bytes of a table; its texts are counted once."""
    return int(frame.memory_usage(index=True, deep=False).sum())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    pipeline = load(CompileConfig(encoder="fused", small_values="keep"))
    print("| series x steps | a series | of the first | memory |\n|---|---|---|---|")
    for steps, counts in COUNTS:
        frames = {count: table(count, steps) for count in counts}
        seconds: dict[int, list[float]] = {count: [] for count in counts}
        memory: dict[int, int] = {}
        for number in range(arguments.rounds + 1):
            for count, frame in frames.items():
                gc.collect()
                Path("/proc/self/clear_refs").write_text("5")
                before, started = held("VmRSS"), perf_counter()
                found = pipeline.predict_df(frame, prediction_length=HORIZON)
                if number:  # the first round warms up
                    seconds[count].append(perf_counter() - started)
                    memory[count] = held("VmHWM") - before - size_of(found)
        for count in counts:
            pairs = zip(seconds[count], seconds[counts[0]], strict=True)
            ratio = median(mine / first * counts[0] / count for mine, first in pairs)
            each = 1e6 * median(seconds[count]) / count
            print(
                f"| {count:,} x {steps} | {each:.0f} us | {ratio:.2f} | "
                f"{memory[count] / 1e6:,.0f} MB, table {size_of(frames[count]) / 1e6:,.0f} MB |",
                flush=True,
            )


if __name__ == "__main__":
    main()
