"""Forecast scores: weighted quantile loss, scaled absolute error, coverage, crossing."""

from dataclasses import dataclass

import numpy as np

from resources.demo_model.recipe.noise import Array


@dataclass(frozen=True)
class Windows:
    """Forecast tasks of equal shape: `context` (rows, length), `future` (rows, horizon)."""

    context: Array
    future: Array
    period: int


@dataclass(frozen=True)
class Score:
    """Figures of one family: WQL and MASE, both absolute and relative to seasonal naive."""

    wql: float
    mase: float
    relative_wql: float
    relative_mase: float
    coverage: float
    crossing: float


def seasonal_naive(windows: Windows) -> Array:
    """Repeat the last `period` values of every context over the horizon: (rows, horizon)."""
    steps = np.arange(windows.future.shape[1]) % windows.period
    return windows.context[:, -windows.period :][:, steps]


def weighted_quantile_loss(quantiles: Array, levels: Array, future: Array) -> float:
    """Mean over levels of twice the summed quantile loss over the summed absolute values.

    `quantiles` has shape (rows, levels, horizon). As in "Chronos: Learning the Language of Time
    Series", section 5.3, which uses the levels 0.1, 0.2, ..., 0.9.
    """
    error = future[:, None] - quantiles
    level = levels[None, :, None]
    loss = 2 * np.maximum(level * error, (level - 1) * error)
    return float(loss.sum((0, 2)).mean() / np.abs(future).sum())


def scaled_error(point: Array, windows: Windows) -> float:
    """MASE: absolute error over the context's seasonal naive error, mean over the rows."""
    period = windows.period
    step = np.abs(windows.context[:, period:] - windows.context[:, :-period])
    scale = np.maximum(step.mean(1), 1e-8)
    return float((np.abs(point - windows.future).mean(1) / scale).mean())


def score(quantiles: Array, levels: Array, windows: Windows) -> Score:
    """Score quantile forecasts of shape (rows, levels, horizon) in every way at once."""
    deciles = np.array([np.argmin(np.abs(levels - level)) for level in np.arange(0.1, 0.95, 0.1)])
    naive = seasonal_naive(windows)
    wql = weighted_quantile_loss(quantiles[:, deciles], levels[deciles], windows.future)
    repeated = np.repeat(naive[:, None], len(deciles), axis=1)
    naive_wql = weighted_quantile_loss(repeated, levels[deciles], windows.future)
    median = quantiles[:, np.argmin(np.abs(levels - 0.5))]
    mase, naive_mase = scaled_error(median, windows), scaled_error(naive, windows)
    low, high = (quantiles[:, np.argmin(np.abs(levels - level))] for level in (0.1, 0.9))
    inside = (windows.future >= low) & (windows.future <= high)
    return Score(
        wql,
        mase,
        wql / naive_wql,
        mase / naive_mase,
        float(inside.mean()),
        float((np.diff(quantiles, axis=1) < 0).mean()),
    )
