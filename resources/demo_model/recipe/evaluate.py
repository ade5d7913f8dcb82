"""Print how good the model is: `python -m resources.demo_model.recipe.evaluate [--etth1 CSV]`."""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from chronos import Chronos2Pipeline

from resources.demo_model.recipe.kept_out import KEPT_OUT, Family
from resources.demo_model.recipe.kept_out_groups import heating, river
from resources.demo_model.recipe.noise import Array
from resources.demo_model.recipe.scores import Score, Windows, scaled_error, score

FOLDER = Path(__file__).parents[1]
"""`resources/demo_model`."""

SEED = 2026


def load(folder: Path, dtype: torch.dtype = torch.float32) -> Chronos2Pipeline:
    """Return the model as the unmodified library loads it."""
    return Chronos2Pipeline.from_pretrained(str(folder), dtype=dtype)


def family_windows(family: Family, rows: int = 64) -> Windows:
    """Return one forecast task per simulated series."""
    rng = np.random.default_rng(SEED)
    series = family.simulate(rng, rows, family.context + family.horizon)
    return Windows(series[:, : family.context], series[:, family.context :], family.period)


def rolling_windows(series: Array, context: int, horizon: int, stride: int, period: int) -> Windows:
    """Return one task for every `stride` steps of a long series."""
    starts = range(0, len(series) - context - horizon + 1, stride)
    pieces = np.stack([series[start : start + context + horizon] for start in starts])
    return Windows(pieces[:, :context], pieces[:, context:], period)


def forecast(pipeline: Chronos2Pipeline, context: Array, horizon: int) -> Array:
    """Quantile forecasts of independent series: (rows, length) -> (rows, levels, horizon)."""
    inputs = torch.from_numpy(context).float().unsqueeze(1)
    return torch.cat(pipeline.predict(inputs, prediction_length=horizon)).double().numpy()


def score_windows(pipeline: Chronos2Pipeline, windows: Windows) -> Score:
    """Forecast and score one family."""
    quantiles = forecast(pipeline, windows.context, windows.future.shape[1])
    return score(quantiles, np.array(pipeline.quantiles), windows)


def print_scores(scores: Mapping[str, Score]) -> None:
    """A Markdown table, one line per family, and the geometric means."""
    print("| series | WQL / naive | MASE / naive | WQL | MASE | coverage of 80 % | crossings |")
    print("|---|---|---|---|---|---|---|")
    for name, one in scores.items():
        print(
            f"| {name} | {one.relative_wql:.3f} | {one.relative_mase:.3f} | {one.wql:.3f} "
            f"| {one.mase:.3f} | {one.coverage:.1%} | {one.crossing:.2%} |"
        )
    relative = np.array([[one.relative_wql, one.relative_mase] for one in scores.values()])
    wql, mase = np.exp(np.log(relative).mean(0))
    print(f"| geometric mean | {wql:.3f} | {mase:.3f} | | | | |\n")


def median_error(forecasts: list[torch.Tensor], levels: Array, windows: Windows) -> float:
    """MASE of the median of the first target of every task."""
    middle = int(np.argmin(np.abs(levels - 0.5)))
    return scaled_error(torch.stack([one[0, middle] for one in forecasts]).numpy(), windows)


def covariate_gain(pipeline: Chronos2Pipeline, rows: int = 192) -> tuple[float, float]:
    """MASE of heating power without and with the temperature known over the horizon."""
    context, horizon = 512, 48
    power, temperature = heating(np.random.default_rng(SEED), rows, context + horizon)
    windows = Windows(power[:, :context], power[:, context:], 24)
    levels = np.array(pipeline.quantiles)
    alone = pipeline.predict([{"target": row} for row in windows.context], horizon)
    known_ahead = pipeline.predict(
        [
            {
                "target": target,
                "past_covariates": {"temperature": outside[:context]},
                "future_covariates": {"temperature": outside[context:]},
            }
            for target, outside in zip(windows.context, temperature, strict=True)
        ],
        horizon,
    )
    return median_error(alone, levels, windows), median_error(known_ahead, levels, windows)


def joint_gain(pipeline: Chronos2Pipeline, rows: int = 192) -> tuple[float, float]:
    """MASE of the gauge downstream, forecast alone and together with the one upstream."""
    context, horizon = 512, 32
    upstream, downstream = river(np.random.default_rng(SEED), rows, context + horizon)
    windows = Windows(downstream[:, :context], downstream[:, context:], 1)
    levels = np.array(pipeline.quantiles)
    alone = pipeline.predict(windows.context[:, None], horizon)
    pairs = np.stack([windows.context, upstream[:, :context]], axis=1)
    return (
        median_error(alone, levels, windows),
        median_error(pipeline.predict(pairs, horizon), levels, windows),
    )


def dtype_errors(folder: Path) -> dict[str, tuple[float, float]]:
    """Greatest and mean |forecast - float64 forecast| over the context's deviation, per dtype."""
    tasks = [family_windows(family, rows=16) for family in KEPT_OUT]
    exact = [forecast(load(folder, torch.float64), task.context, 48) for task in tasks]
    errors = {}
    for dtype in (torch.float32, torch.bfloat16):
        pipeline = load(folder, dtype)
        differences = [
            np.abs(forecast(pipeline, task.context, 48) - truth)
            / task.context.std(1)[:, None, None].clip(1e-9)
            for task, truth in zip(tasks, exact, strict=True)
        ]
        flat = np.concatenate([difference.ravel() for difference in differences])
        errors[str(dtype)] = (float(flat.max()), float(flat.mean()))
    return errors


def latency(pipeline: Chronos2Pipeline, threads: int = 2, samples: int = 40) -> Array:
    """Milliseconds of forecasts of 8 series x 512 points over 48 steps, shape (samples,)."""
    torch.set_num_threads(threads)
    context = torch.randn(8, 1, 512)
    for _ in range(5):
        pipeline.predict(context, prediction_length=48)
    times = []
    for _ in range(samples):
        started = time.perf_counter()
        pipeline.predict(context, prediction_length=48)
        times.append(1000 * (time.perf_counter() - started))
    return np.array(times)


def main() -> None:
    """Score the kept-out families and, given the file, every column of ETTh1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=FOLDER)
    parser.add_argument("--etth1", type=Path, help="ETTh1.csv: also score its columns")
    arguments = parser.parse_args()
    pipeline = load(arguments.model)
    print_scores({f.name: score_windows(pipeline, family_windows(f)) for f in KEPT_OUT})
    if arguments.etth1:
        frame = pd.read_csv(arguments.etth1).select_dtypes("number")
        tasks = {
            str(name): rolling_windows(frame[name].to_numpy(float), 1024, 48, 131, 24)
            for name in frame
        }
        print_scores({name: score_windows(pipeline, task) for name, task in tasks.items()})
    alone, known_ahead = covariate_gain(pipeline)
    change = known_ahead / alone - 1
    print(f"known-future covariate: MASE {alone:.3f} -> {known_ahead:.3f} ({change:+.0%})")
    separate, together = joint_gain(pipeline)
    print(f"joint forecast: MASE {separate:.3f} -> {together:.3f} ({together / separate - 1:+.0%})")
    for name, (greatest, mean) in dtype_errors(arguments.model).items():
        print(f"{name} against float64: at most {greatest:.1e}, mean {mean:.1e} deviations")
    times = latency(pipeline)
    low, middle, high = np.percentile(times, [5, 50, 95])
    print(f"8 x 512, 2 threads: median {middle:.1f} ms (5-95 %: {low:.1f}-{high:.1f})")


if __name__ == "__main__":
    main()
