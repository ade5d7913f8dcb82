"""The library's pipeline, run as configured: one changed line in a user's script."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch
from chronos import Chronos2Pipeline
from numpy.typing import NDArray
from torch import Tensor

from engine.base.wording import shape_words
from engine.model.forecaster import Forecaster
from engine.model.long_tables import Columns, LongTable, continued, frequency_of, read_long
from engine.model.predicting import at_levels
from engine.model.preprocessing import treat_small_values
from engine.results.forecasts import DEFAULT_QUANTILE_LEVELS


class ConfiguredPipeline(Chronos2Pipeline):  # type: ignore[misc]
    """A `Chronos2Pipeline` whose calls of the model run as a forecaster's do.

    Each call is compiled if that is configured, with a fallback to eager code. `predict_df` reads
    and writes tables as arrays. Everything else is the library's.

    Attributes:
        forecaster: Runs the calls.
    """

    forecaster: Forecaster

    def _predict_step(
        self,
        context: Tensor,
        group_ids: Tensor,
        future_covariates: Tensor | None,
        num_output_patches: int,
    ) -> Tensor:
        def step() -> Tensor:
            found: Tensor = super(ConfiguredPipeline, self)._predict_step(
                context, group_ids, future_covariates, num_output_patches
            )
            return found

        horizon = num_output_patches * self.model_output_patch_size
        return self.forecaster.guarded(shape_words(len(context), context.shape[1], horizon), step)

    def _predict_batch(
        self,
        context: Tensor,
        group_ids: Tensor,
        future_covariates: Tensor,
        *,
        target_idx_ranges: list[tuple[int, int]],
        **options: Any,
    ) -> list[Tensor]:
        context, future_covariates, factors = self._treated(context, future_covariates)
        found: list[Tensor] = super()._predict_batch(
            context=context,
            group_ids=group_ids,
            future_covariates=future_covariates,
            target_idx_ranges=target_idx_ranges,
            **options,
        )
        if factors is None:
            return found
        return [
            part / factors[start:end, None, None]
            for part, (start, end) in zip(found, target_idx_ranges, strict=True)
        ]

    def predict(self, *arguments: Any, **options: Any) -> list[Tensor]:
        """Forecast as the library does; see `Chronos2Pipeline.predict`.

        If compiled code fails, all of it is forecast again: no result mixes two ways.
        """
        before = self.forecaster.fallback_cause
        found: list[Tensor] = super().predict(*arguments, **options)
        if self.forecaster.fallback_cause != before:
            found = super().predict(*arguments, **options)
        return found

    def predict_df(  # noqa: PLR0913, PLR0917  the library's signature
        self,
        df: pd.DataFrame,
        future_df: pd.DataFrame | None = None,
        id_column: str = "item_id",
        timestamp_column: str = "timestamp",
        target: str | list[str] = "target",
        prediction_length: int | None = None,
        quantile_levels: list[float] = list(DEFAULT_QUANTILE_LEVELS),  # noqa: B006  not changed
        batch_size: int = 256,
        context_length: int | None = None,
        cross_learning: bool = False,
        validate_inputs: bool = True,
        freq: str | None = None,
        **predict_kwargs: Any,
    ) -> pd.DataFrame:
        """Forecast a table in long format; see `Chronos2Pipeline.predict_df`.

        The library reads tables with categories or time zones, and forecasts with cross-learning,
        further options, or beyond the model's horizon, context or quantile levels.
        """
        horizon = self.model_prediction_length if prediction_length is None else prediction_length
        longest = self.model_context_length if context_length is None else context_length
        columns = Columns(
            id_column, timestamp_column, tuple(target) if isinstance(target, list) else (target,)
        )
        known = self.quantiles
        if (
            not cross_learning
            and not predict_kwargs
            and 0 < horizon <= self.model_prediction_length
            and 0 < longest <= self.model_context_length
            and all(known[0] <= level <= known[-1] for level in quantile_levels)
        ):
            table = read_long(df, future_df, columns, horizon, validate=validate_inputs)
            if table is not None:
                stamps = continued(table.last_stamps, freq or frequency_of(table), horizon)
                if not validate_inputs or table.is_followed_by(stamps):
                    chosen = [*quantile_levels, 0.5]
                    quantiles = self._forecast(
                        table, len(columns.targets), chosen, batch_size, longest
                    )
                    return _as_frame(table, columns, stamps, quantiles, quantile_levels)
        found: pd.DataFrame = super().predict_df(
            df,
            future_df=future_df,
            id_column=id_column,
            timestamp_column=timestamp_column,
            target=target,
            prediction_length=prediction_length,
            quantile_levels=quantile_levels,
            batch_size=batch_size,
            context_length=context_length,
            cross_learning=cross_learning,
            validate_inputs=validate_inputs,
            freq=freq,
            **predict_kwargs,
        )
        return found

    def _forecast(
        self, table: LongTable, targets: int, levels: list[float], batch_size: int, longest: int
    ) -> NDArray[np.float32]:
        """Return quantiles, shape (items, targets, horizon, quantile levels)."""
        shape = (len(table.ids), targets, table.future.shape[2], len(levels))
        found = np.empty(shape, dtype=np.float32)
        before = self.forecaster.fallback_cause
        for items in _batches(table, batch_size):
            self.forecaster.check_cancelled()
            found[items] = self._forecast_items(table, items, targets, levels, longest)
            if self.forecaster.fallback_cause != before:
                # All batches run the same code.
                return self._forecast(table, targets, levels, batch_size, longest)
        return found

    def _forecast_items(
        self,
        table: LongTable,
        items: NDArray[np.int64],
        targets: int,
        levels: list[float],
        longest: int,
    ) -> NDArray[np.float32]:
        history = table.history(items, longest)
        count, width, steps = history.shape
        horizon = table.future.shape[2]
        future = table.future[:, items].transpose(1, 0, 2).reshape(-1, horizon)
        context, later, factors = self._treated(
            torch.from_numpy(np.ascontiguousarray(history).reshape(-1, steps)),
            torch.from_numpy(np.ascontiguousarray(future)),
        )
        device = self.model.device
        with torch.no_grad():
            forecast = self._predict_step(
                context=context.to(device),
                group_ids=torch.arange(count, device=device).repeat_interleave(width),
                future_covariates=later.to(device),
                num_output_patches=-(-horizon // self.model_output_patch_size),
            )
            # (rows, quantiles of the model, steps) -> (items, targets, horizon, quantile levels)
            by_item = forecast.float().unflatten(0, (count, width))[:, :targets, :, :horizon]
            chosen = at_levels(by_item.transpose(2, 3), self.quantiles, levels).cpu()
        if factors is not None:
            chosen = chosen / factors.view(count, width)[:, :targets, None, None]
        found: NDArray[np.float32] = chosen.numpy()
        return found

    def _treated(self, context: Tensor, future: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """Apply the small-value policy if one is named; `auto` keeps the library's results.

        Returns:
            History and future, and what to divide the forecast of each row by.
        """
        policy = self.forecaster.config.small_values
        if policy == "auto" or policy == "keep":  # noqa: PLR1714  mypy narrows by equality only
            return context, future, None
        rows = torch.cat([context, future], dim=1).cpu().double().numpy()
        treated, factors, _changed = treat_small_values(policy, rows)
        both = torch.from_numpy(treated).float()
        steps = context.shape[1]
        return both[:, :steps], both[:, steps:], torch.from_numpy(factors).float()


def _batches(table: LongTable, batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Yield the items of each batch, longest histories first."""
    order = np.argsort(-table.lengths, kind="stable")
    at_once = max(1, batch_size // len(table.values))
    for start in range(0, len(order), at_once):
        yield order[start : start + at_once]


def _as_frame(
    table: LongTable,
    columns: Columns,
    stamps: NDArray[Any],
    quantiles: NDArray[np.float32],
    levels: list[float],
) -> pd.DataFrame:
    """Return a forecast as the library's table; the last quantile is the median."""
    items, targets, horizon, _levels = quantiles.shape
    by_item = np.repeat(stamps.reshape(items, 1, horizon), targets, axis=1)
    frame = {
        columns.item: np.repeat(table.ids, targets * horizon),
        columns.timestamp: pd.DatetimeIndex(by_item.ravel()),
        "target_name": np.tile(np.repeat(columns.targets, horizon), items),
        "predictions": quantiles[..., -1].ravel(),
    }
    flat = quantiles.reshape(-1, quantiles.shape[-1])
    return pd.DataFrame(frame | {str(level): flat[:, n] for n, level in enumerate(levels)})
