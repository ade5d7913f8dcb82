"""Measure what each change of shape costs: naive compilation against this program.

The naive way is `pipeline.model = torch.compile(pipeline.model, mode="reduce-overhead")`.
Each way runs in a fresh process with an empty cache folder and makes the same forecasts: the
first one, one with another horizon, one with another batch size, and then the last one again.

Run by hand, in the root of the repository: `python -m tests.measure.naive`, with
`--published-size` for random weights of the size of amazon/chronos-2. Prints the README's table.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from tests.support.random_models import save_random_model

PUBLISHED = {"d_model": 768, "d_kv": 64, "d_ff": 3072, "num_layers": 12, "num_heads": 12}
STEPS = 512
FORECASTS = (
    ("first forecast", 8, 24),
    ("another horizon", 8, 48),
    ("another batch size", 16, 48),
)
WAYS = ("eager", "naive", "ours")
REPEATS = 25


def walks(count: int) -> list[np.ndarray]:
    """Return random walks of the same length."""
    generator = np.random.default_rng(count)
    return [100 + generator.normal(size=STEPS).cumsum() for _ in range(count)]


def measure(way: str, folder: str) -> dict[str, float]:
    """Make the forecasts in this process, and return the seconds of each."""
    import torch

    from engine.config.presets import PRESETS
    from engine.config.settings import CompileConfig
    from engine.data.series import Series, SeriesSet
    from engine.model.forecaster import Forecaster
    from engine.model.loading import load

    config = (PRESETS["production_compiled"] if way == "ours" else CompileConfig()).replace(
        model=folder, small_values="keep"
    )
    model = load(config, "cpu")
    pipeline = model.pipeline
    forecaster = Forecaster(model, config, lambda _event: None)
    if way == "naive":
        pipeline.model = torch.compile(pipeline.model, mode="reduce-overhead")

    def forecast(batch: int, horizon: int) -> float:
        series = SeriesSet(
            tuple(Series(str(index), row[None, :]) for index, row in enumerate(walks(batch))),
            ("y",),
        )
        rows = torch.from_numpy(np.stack(walks(batch)).astype(np.float32))[:, None, :]
        started = perf_counter()
        if way == "naive":
            pipeline.predict_quantiles(rows, prediction_length=horizon, batch_size=batch)
        else:
            forecaster.forecast(series, horizon, batch_size=batch)
        return perf_counter() - started

    seconds = {name: forecast(batch, horizon) for name, batch, horizon in FORECASTS}
    _, batch, horizon = FORECASTS[-1]
    seconds["once warm"] = median(forecast(batch, horizon) for _ in range(REPEATS))
    if way == "ours":
        proof = forecaster.proof()
        if proof is None or not proof.compiled_code_ran:
            raise RuntimeError("No compiled code ran")
    return seconds


def in_fresh_process(way: str, folder: str) -> dict[str, Any]:
    """Measure in a fresh process, with an empty cache folder."""
    with TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, __file__, "--way", way, folder],
            env={
                **os.environ,
                "TORCHINDUCTOR_CACHE_DIR": cache,
                "TORCHINDUCTOR_COMPILE_THREADS": "1",
            },
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(folder: str) -> None:
    """Print the table."""
    found = {way: in_fresh_process(way, folder) for way in WAYS}
    names = list(found["ours"])
    print("| |", " | ".join(names), "|")
    print("|---|" + "---|" * len(names))
    for way, seconds in found.items():
        print(f"| {way} |", " | ".join(f"{seconds[name]:.3g} s" for name in names), "|")


def main() -> None:
    """Compare all ways, or measure the one that the command line names."""
    if "--way" in sys.argv:
        print(json.dumps(measure(*sys.argv[-2:])))
    elif "--published-size" in sys.argv:
        with TemporaryDirectory() as folder:
            save_random_model(folder, **PUBLISHED)
            compare(folder)
    else:
        compare(str(Path("resources/demo_model")))


if __name__ == "__main__":
    main()
