"""The library's pipeline, run as configured: one changed line in a user's script."""

from dataclasses import dataclass
from itertools import chain
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
from engine.model.planning import PatchSizes
from engine.model.predicting import at_levels
from engine.model.preprocessing import treat_small_values
from engine.results.forecasts import DEFAULT_QUANTILE_LEVELS
from engine.results.shapes import BatchShape

BATCH_SIZE = 256
"""The library's default."""


CONTEXT_ARGUMENT = 3
"""Position of `context_length` among the arguments of `predict`."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a call asks of a table's forecast.

    Attributes:
        targets: Number of targets.
        levels: Quantile levels.
        longest: Most steps of history to read.
        rows: Most rows of a batch; as configured if None.
    """

    targets: int
    levels: list[float]
    longest: int
    rows: int | None


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
        shape = shape_words(len(context), context.shape[1], horizon)
        return self.forecaster.calls.guarded(shape, step)

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

        The context has the configured length unless the call names one. If compiled code fails,
        all of it is forecast again: no result mixes two ways.
        """
        if len(arguments) <= CONTEXT_ARGUMENT and options.get("context_length") is None:
            options["context_length"] = self.forecaster.config.context_length
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
        batch_size: int = BATCH_SIZE,
        context_length: int | None = None,
        cross_learning: bool = False,
        validate_inputs: bool = True,
        freq: str | None = None,
        **predict_kwargs: Any,
    ) -> pd.DataFrame:
        """Forecast a table in long format; see `Chronos2Pipeline.predict_df`.

        The library reads tables with categories or time zones, and forecasts with cross-learning,
        further options, or beyond the model's horizon, context or quantile levels. Otherwise a
        batch has the configured size, unless the call names another than the library's default.
        """
        horizon = self.model_prediction_length if prediction_length is None else prediction_length
        context_length = context_length or self.forecaster.config.context_length
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
                    rows = None if batch_size == BATCH_SIZE else batch_size
                    levels = [*quantile_levels, 0.5]
                    asked = _Asked(len(columns.targets), levels, longest, rows)
                    quantiles = self._forecast(table, asked)
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

    def _forecast(self, table: LongTable, asked: _Asked) -> NDArray[np.float32]:
        """Return quantiles, shape (items, targets, horizon, quantile levels)."""
        horizon = table.future.shape[2]
        shape = (len(table.ids), asked.targets, horizon, len(asked.levels))
        found = np.empty(shape, dtype=np.float32)
        before = self.forecaster.fallback_cause
        lengths = np.minimum(table.lengths, asked.longest)
        rows = np.full(len(lengths), len(table.values))
        sizes = PatchSizes.of(self.model.chronos_config).sizes(lengths, rows, horizon)
        todo = self.forecaster.planner.plan(sizes, asked.rows)
        while todo:
            self.forecaster.check_cancelled()
            items, tokens = np.array(todo[0]), sizes.tokens_of(todo[0])
            part = self._forecast_items(table, items, asked, tokens)
            if part is None:
                todo = self.forecaster.planner.plan(sizes, asked.rows, chain(*todo))
                continue
            if self.forecaster.fallback_cause != before:
                # All batches run the same code.
                return self._forecast(table, asked)
            found[items] = part
            todo.pop(0)
        return found

    def _forecast_items(
        self,
        table: LongTable,
        items: NDArray[np.int64],
        asked: _Asked,
        tokens: int,
    ) -> NDArray[np.float32] | None:
        """Return quantiles of a batch; None if memory ran out and smaller batches should do."""
        history = table.history(items, asked.longest)
        count, width, steps = history.shape
        horizon = table.future.shape[2]
        future = table.future[:, items].transpose(1, 0, 2).reshape(-1, horizon)
        context, later, factors = self._treated(
            torch.from_numpy(np.ascontiguousarray(history).reshape(-1, steps)),
            torch.from_numpy(np.ascontiguousarray(future)),
        )

        def call() -> Tensor:
            device = self.model.device
            with torch.no_grad():
                forecast = super(ConfiguredPipeline, self)._predict_step(
                    context.to(device),
                    torch.arange(count, device=device).repeat_interleave(width),
                    later.to(device),
                    -(-horizon // self.model_output_patch_size),
                )
                # (rows, quantiles of the model, steps) -> (items, targets, horizon, levels)
                by_item = forecast.float().unflatten(0, (count, width))
                targets = by_item[:, : asked.targets, :, :horizon].transpose(2, 3)
                return at_levels(targets, self.quantiles, asked.levels).cpu()

        shape = BatchShape(rows=count * width, context=steps, horizon=horizon)
        chosen = self.forecaster.called(shape, tokens, call, divisible=count > 1)
        if chosen is None:
            return None
        if factors is not None:
            chosen = chosen / factors.view(count, width)[:, : asked.targets, None, None]
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
