"""Measure how much memory forecasts need, beside the prediction.

Each shape is forecast in a process of its own, so that no memory of another one serves it. The
process measures how far its memory rises above what it held before the forecast. Its allocator
gives freed memory back at once: the figure is of the tensors, not of what the allocator keeps.

Run by hand, in the root of the repository, on Linux: `python -m tests.measure.memory`, with
`--published-size` for random weights of the size of amazon/chronos-2, and `--set encoder=fused` for
other settings. Prints a table.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.config.settings import CompileConfig, from_text
from tests.measure.naive import PUBLISHED
from tests.support.random_models import save_random_model

SHAPES = ((64, 512, 24), (256, 512, 24), (4, 8192, 24), (512, 64, 24), (8, 512, 400))
"""Rows, steps of history and steps of forecast."""

GIVE_BACK = {"MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""Settings of glibc's allocator."""


def rise(config: CompileConfig, rows: int, steps: int, horizon: int) -> tuple[int, int]:
    """Return the bytes that a forecast should need, and those that it took, in this process."""
    import numpy as np

    from engine.data.series import Series, SeriesSet
    from engine.model.forecaster import Forecaster
    from engine.model.loading import load
    from engine.model.memory_need import BlockSizes, memory_need
    from engine.model.planning import PatchSizes

    forecaster = Forecaster(load(config, "cpu"), config.replace(batch_size=rows))
    pipeline = forecaster.model.pipeline
    values = np.random.default_rng(0).standard_normal((rows, 1, steps)).cumsum(axis=2)
    series = [Series(str(number), one) for number, one in enumerate(values)]
    forecaster.forecast(SeriesSet((series[0].last(16),), ("target",)), 8)
    read = np.array([forecaster.context_for(steps)])
    patch_sizes = PatchSizes.of(pipeline.model.chronos_config)
    sizes = patch_sizes.sizes(read, np.array([rows]), horizon)
    blocks = BlockSizes.of_model(pipeline.model)
    predicted = memory_need(blocks, config, sizes.rows_of([0]), sizes.patches_of([0]))
    # Linux then counts the highest figure anew.
    Path("/proc/self/clear_refs").write_text("5")
    before = held("VmRSS")
    forecaster.forecast(SeriesSet(tuple(series), ("target",)), horizon)
    return predicted, held("VmHWM") - before


def held(which: str) -> int:
    """Return a figure of this process's memory, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith(which)).split()[1])


def compare(model: str, changes: list[str]) -> None:
    """Print the table."""
    print("| shape | predicted | measured | ratio |\n|---|---|---|---|")
    for rows, steps, horizon in SHAPES:
        command = [sys.executable, "-m", "tests.measure.memory", "--model", model]
        shape = ["--shape", f"{rows},{steps},{horizon}"]
        done = subprocess.run(
            [*command, *shape, *(f"--set={change}" for change in changes)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **GIVE_BACK},
        )
        predicted, found = json.loads(done.stdout.splitlines()[-1])
        print(
            f"| {rows} x {steps}, horizon {horizon} | {predicted / 1e6:,.0f} MB "
            f"| {found / 1e6:,.0f} MB | {predicted / found:.2f} |",
            flush=True,
        )


def main() -> None:
    """Print the table, or measure one shape for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--published-size", action="store_true")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--model", default="demo", help=argparse.SUPPRESS)
    parser.add_argument("--shape", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.shape:
        pairs = (one.split("=") for one in arguments.set)
        changes = {name: from_text(name, text) for name, text in pairs}
        config = CompileConfig(model=arguments.model).replace(**changes)
        print(json.dumps(rise(config, *map(int, arguments.shape.split(",")))))
    elif arguments.published_size:
        with TemporaryDirectory() as folder:
            save_random_model(folder, **PUBLISHED)
            compare(folder, arguments.set)
    else:
        compare(arguments.model, arguments.set)


if __name__ == "__main__":
    main()
