"""Measure how much faster than the library's `predict_df` each lever makes a forecast.

All ways forecast the same table in turns, in one process, and the speed is the median of the ratios
of the rounds. A way is the library with its defaults, or the pipeline of this program with some
settings. The errors are from float64, in standard deviations of the series.

Run by hand, in the root of the repository: `python -m tests.measure.levers`, with
`--published-size` for random weights of the size of amazon/chronos-2, `--series 64 --steps 512`,
`--rounds 5`, `--batch 64`, `--artifacts`. Prints a table.
"""

import argparse
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pandas as pd
import pytest

from engine import load_pipeline
from engine.config.settings import CompileConfig
from engine.data import from_frame
from engine.model.forecaster import Forecaster
from engine.model.loading import load
from engine.model.pipeline import ConfiguredPipeline
from engine.model.reference import TRUTH, exactly
from tests.measure.artifact import unvalidated
from tests.measure.naive import PUBLISHED
from tests.support.random_models import save_random_model

HORIZON = 24

WAYS = {
    "fused": {"encoder": "fused"},
    "bfloat16": {"dtype": "bfloat16"},
    "fused, bfloat16": {"encoder": "fused", "dtype": "bfloat16"},
    "fused, int8": {"encoder": "fused", "quantization": "int8"},
}
"""Name of a way -> the settings that it changes."""


def table(series: int, steps: int) -> pd.DataFrame:
    """Return random walks in long format."""
    values = np.random.default_rng(0).normal(size=(series, steps)).cumsum(axis=1)
    return pd.DataFrame(
        {
            "item_id": np.repeat([f"item {index:06}" for index in range(series)], steps),
            "timestamp": np.tile(pd.date_range("2024-01-01", periods=steps, freq="h"), series),
            "target": values.ravel(),
        }
    )


def library(model: str, frame: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    """Return a forecast by the library with its defaults."""
    theirs = load(CompileConfig(model=model, attention="sdpa"), "cpu").pipeline
    return lambda: theirs.predict_df(frame, prediction_length=HORIZON)


def pipeline(config: CompileConfig) -> ConfiguredPipeline:
    """Return this program's pipeline under a configuration."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in config.to_env().items():
            patch.setenv(variable, value)
        return load_pipeline(config.model, "cpu")


def ours(config: CompileConfig, frame: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    """Return a forecast by this program's pipeline."""
    own = pipeline(config)
    return lambda: own.predict_df(frame, prediction_length=HORIZON)


def truth(model: str, frame: pd.DataFrame) -> np.ndarray:
    """Return the medians of float64, in the order of the table."""
    config = exactly(CompileConfig(model=model, small_values="keep"))
    exact = Forecaster(load(config, "cpu", dtype=TRUTH), config, lambda _event: None)
    found = exact.forecast(from_frame(frame), HORIZON).forecast
    return np.stack([item.values[0, :, found.level_index(0.5)] for item in found.items])


def configured(plain: CompileConfig, folder: Path | None) -> dict[str, CompileConfig]:
    """Return the ways of this program, with artifacts in a folder if there is one."""
    found = {name: plain.replace(**changes) for name, changes in {"stock": {}, **WAYS}.items()}
    for name in ("fused", "fused, bfloat16") if folder else ():
        artifact = Path(str(folder), name)
        unvalidated(artifact, found[name].replace(enabled=True))
        found[f"{name}, artifact"] = found[name].replace(enabled=True, artifact=str(artifact))
    return found


def compare(model: str, folder: Path, arguments: argparse.Namespace) -> None:
    """Print the table."""
    frame = table(arguments.series, arguments.steps)
    plain = CompileConfig(model=model, small_values="keep", batch_size=arguments.batch)
    ways = {"predict_df": library(model, frame)} | {
        name: ours(config, frame)
        for name, config in configured(plain, folder if arguments.artifacts else None).items()
    }
    exact = truth(model, frame)
    scale = frame.groupby("item_id").target.std().to_numpy()[:, None]
    errors = {
        name: np.abs(forecast()["predictions"].to_numpy().reshape(exact.shape) - exact) / scale
        for name, forecast in ways.items()
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(arguments.rounds):
        for name in list(ways)[:: 1 if number % 2 else -1]:
            started = perf_counter()
            ways[name]()
            seconds[name].append(perf_counter() - started)
    print("| way | a series | speed | largest error |\n|---|---|---|---|")
    for name, taken in seconds.items():
        ratio = median(a / b for a, b in zip(seconds["predict_df"], taken, strict=True))
        each = 1e3 * median(taken) / arguments.series
        print(f"| {name} | {each:.3g} ms | {ratio:.2f}x | {errors[name].max():.1e} |", flush=True)


def main() -> None:
    """Compare the ways on the demo model, or on one of the published size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--published-size", action="store_true")
    parser.add_argument("--series", type=int, default=64)
    parser.add_argument("--steps", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--artifacts", action="store_true", help="compile ahead of time, too")
    parser.add_argument("--batch", type=int, default=None, help="rows of a batch; default: auto")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", message="We recommend")
    with TemporaryDirectory() as name:
        folder, model = Path(name), "demo"
        if arguments.published_size:
            model = str(folder / "model")
            save_random_model(model, **PUBLISHED)
        compare(model, folder, arguments)


if __name__ == "__main__":
    main()
