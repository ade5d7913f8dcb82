"""Prints how good a trained model is: `python -m resources.demo_model.recipe.evaluate [--etth1 CSV]`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from chronos import Chronos2Pipeline

from resources.demo_model.recipe.kept_out import KEPT_OUT, Family
from resources.demo_model.recipe.noise import Array
from resources.demo_model.recipe.scores import Score, Windows, score


def family_windows(family: Family, rows: int = 48, seed: int = 2026) -> Windows:
    """One forecast task per simulated series."""
    rng = np.random.default_rng(seed)
    series = family.simulate(rng, rows, family.context + family.horizon)
    return Windows(series[:, : family.context], series[:, family.context :], family.period)


def rolling_windows(series: Array, context: int, horizon: int, stride: int, period: int) -> Windows:
    """Every `stride` steps one task out of one long series."""
    starts = range(0, len(series) - context - horizon + 1, stride)
    pieces = np.stack([series[start : start + context + horizon] for start in starts])
    return Windows(pieces[:, :context], pieces[:, context:], period)


def forecast(pipeline: Chronos2Pipeline, context: Array, horizon: int) -> Array:
    """Quantile forecasts of independent series: (rows, length) -> (rows, levels, horizon)."""
    inputs = torch.from_numpy(context).float().unsqueeze(1)
    with torch.inference_mode():
        quantiles = pipeline.predict(inputs, prediction_length=horizon)
    return torch.cat(list(quantiles)).double().numpy()


def print_scores(names: Sequence[str], scores: Sequence[Score]) -> None:
    """One line of a Markdown table per family."""
    print("| series | WQL / naive | MASE / naive | WQL | MASE | coverage of 80 % | crossings |")
    print("|---|---|---|---|---|---|---|")
    for name, one in zip(names, scores, strict=True):
        print(
            f"| {name} | {one.relative_wql:.3f} | {one.relative_mase:.3f} | {one.wql:.3f} "
            f"| {one.mase:.3f} | {one.coverage:.1%} | {one.crossing:.2%} |"
        )
    for title, values in (
        ("WQL", [one.relative_wql for one in scores]),
        ("MASE", [one.relative_mase for one in scores]),
    ):
        print(f"{title} / naive, geometric mean: {np.exp(np.mean(np.log(values))):.3f}")


def main() -> None:
    """Scores the kept-out families and, given the file, every column of ETTh1."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--etth1", type=Path)
    arguments = parser.parse_args()
    pipeline = Chronos2Pipeline.from_pretrained(arguments.model, dtype=torch.float32)
    levels = np.array(pipeline.quantiles)
    tasks = {family.name: family_windows(family) for family in KEPT_OUT}
    print_scores(
        list(tasks),
        [score(forecast(pipeline, task.context, task.future.shape[1]), levels, task) for task in tasks.values()],
    )
    if arguments.etth1:
        frame = pd.read_csv(arguments.etth1).select_dtypes("number")
        columns = {str(name): frame[name].to_numpy(float) for name in frame}
        columns_tasks = {
            name: rolling_windows(column, 1024, 48, 251, 24) for name, column in columns.items()
        }
        print_scores(
            list(columns_tasks),
            [score(forecast(pipeline, task.context, 48), levels, task) for task in columns_tasks.values()],
        )


if __name__ == "__main__":
    main()
