"""The one way to forecast: eager or compiled, with the safeguards, and with a way back."""

import logging
import os
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.base.errors import Cancelled, UserError, first_line, is_out_of_memory
from engine.base.findings import Finding, Severity
from engine.base.wording import counted, have, shape_words
from engine.config.attention import attention_kernels
from engine.config.environment import process_environment
from engine.config.settings import SETTINGS, CompileConfig
from engine.config.variables import process_variables
from engine.data import future_timestamps
from engine.data.series import SeriesSet
from engine.model.batches import PreparedItem, batches
from engine.model.checkpoint import PRODUCTION_MODEL
from engine.model.compiling import CompiledModel, GraphBackend, release_memory
from engine.model.loading import LoadedModel, load
from engine.model.safeguards import Policy
from engine.results.call_split import CallSplit
from engine.results.forecasts import (
    DEFAULT_QUANTILE_LEVELS,
    ForecastSet,
    ItemForecast,
    valid_quantile_levels,
)
from engine.results.proof import CompileProof
from engine.runtime.events import Event, FellBack, Noticed, Progress, SmallValuesChanged

MODEL = SETTINGS["model"].variable
SHOWN_ITEMS = 5

logger = logging.getLogger(__name__)

_ONE_AT_A_TIME = threading.RLock()
"""torch.compile is not thread safe, and compiled parts take the places of eager ones."""

Emit = Callable[[Event], None]
Quantiles = list[NDArray[np.float64]]


def log_event(event: Event) -> None:
    """Logs the events that somebody running a script must not miss."""
    match event:
        case FellBack(cause):
            logger.warning("Compilation is off from now on: %s", cause)
        case Noticed(finding):
            logger.warning("%s", finding)
        case SmallValuesChanged(policy, values, items):
            logger.warning("%s: %d values of %d items were changed", policy, values, items)


@dataclass(frozen=True, slots=True)
class ForecastResult:
    """A forecast and how it came about.

    Attributes:
        forecast: The forecast.
        compiled: Whether every call ran compiled code; where graphs break, and only there,
            eager code ran between its parts.
        split: Where the time went.
        proof: What torch.compile did so far; None if nothing was to be compiled.
        changed_values: Number of values that the small-value policy altered.
        context_length: Steps of history that the model looked at, at most.
    """

    forecast: ForecastSet
    compiled: bool
    split: CallSplit
    proof: CompileProof | None
    changed_values: int
    context_length: int


class Forecaster:
    """Forecasts with one model under one configuration.

    Attributes:
        model: The loaded model; several forecasters may share one.
        config: The configuration.
        fallback_cause: Why compilation was given up; None while it was not.
    """

    def __init__(
        self,
        model: LoadedModel,
        config: CompileConfig,
        emit: Emit = log_event,
        check_cancelled: Callable[[], None] = lambda: None,
        backend: GraphBackend | None = None,
    ) -> None:
        """Sets up compilation if the configuration asks for it; compiles nothing yet.

        Args:
            model: The loaded model.
            config: The configuration, of which dtype, attention and model are in `model`.
            emit: Is given events while forecasts run.
            check_cancelled: Is called between batches, and may raise `Cancelled`.
            backend: Generates the code instead of the configured backend.
        """
        self.model = model
        self.config = config
        self.emit = emit
        self.check_cancelled = check_cancelled
        self.fallback_cause: str | None = None
        self._compiled: CompiledModel | None = None
        if config.enabled:
            try:
                # Not while another thread has compiled parts in the places of the eager ones.
                with _ONE_AT_A_TIME:
                    self._compiled = CompiledModel(model.pipeline, config, backend)
            except Exception as error:
                self._fall_back(f"torch.compile could not be set up: {first_line(error)}.", error)

    def forecast(  # noqa: PLR0913  every one is a lever of a forecast
        self,
        series: SeriesSet,
        horizon: int,
        quantile_levels: Sequence[float] = DEFAULT_QUANTILE_LEVELS,
        *,
        context_length: int | None = None,
        batch_size: int = 64,
        small_values: Policy | None = None,
    ) -> ForecastResult:
        """Forecasts every item.

        Args:
            series: The items; of any mixture of lengths, with or without covariates.
            horizon: Steps to forecast, at least 1.
            quantile_levels: Levels between 0 and 1.
            context_length: Longest history to look at, in steps; the model's limit if None.
            batch_size: Most rows that go through the model together.
            small_values: What happens to small values; the configured policy if None.

        Raises:
            UserError: The request cannot be met.
            Cancelled: `check_cancelled` said so.
        """
        context = self.model.description.context_for(context_length)
        levels = self._checked(series, horizon, quantile_levels, batch_size, context)
        preparing = in_model = 0.0
        changed_values = changed_items = 0
        values: dict[int, NDArray[np.float64]] = {}
        unobserved: list[str] = []
        done = 0
        proof_before, fallback_before = self.proof(), self.fallback_cause
        policy = small_values or self._policy()
        pending = batches(series.series, horizon, context, batch_size, policy)
        while True:
            self.check_cancelled()
            started = perf_counter()
            batch = next(pending, None)
            if batch is None:
                break
            inputs = [to_inputs(item) for item in batch]
            prepared = perf_counter()
            with _ONE_AT_A_TIME:
                quantiles = self._predict(inputs, horizon, levels, context)
            predicted = perf_counter()
            other_policy = policy != (small_values or self._policy())
            if self.fallback_cause != fallback_before and (done or other_policy):
                # One kind of code, and what that does with small values, for all of a forecast.
                return self.forecast(
                    series,
                    horizon,
                    levels,
                    context_length=context_length,
                    batch_size=batch_size,
                    small_values=small_values,
                )
            for item, predicted_values in zip(batch, quantiles, strict=True):
                values[item.position] = item.rows.undo(predicted_values)
                if not np.isfinite(item.rows.history[: item.targets]).any():
                    unobserved.append(series.series[item.position].item_id)
                changed_values += item.rows.changed
                changed_items += bool(item.rows.changed)
            preparing += prepared - started + perf_counter() - predicted
            in_model += predicted - prepared
            done += len(batch)
            self.emit(Progress("Forecasting", done, len(series)))
        if changed_values:
            self.emit(SmallValuesChanged(policy, changed_values, changed_items))
        started = perf_counter()
        forecast = frame(series, values, horizon, levels)
        self._tell_oddities(forecast, unobserved)
        if untold := items_untold(series, horizon):
            self.emit(Noticed(_untold(untold, horizon)))
        split = CallSplit(preparing, in_model, perf_counter() - started)
        compiled = self._ran_compiled(proof_before)
        return ForecastResult(forecast, compiled, split, self.proof(), changed_values, context)

    def proof(self) -> CompileProof | None:
        """What torch.compile did so far; None if nothing was to be compiled."""
        return self._compiled.proof() if self._compiled else None

    def _policy(self) -> Policy:
        """What happens to small values: after a fallback, what eager does."""
        config = self.config.replace(enabled=False) if self.fallback_cause else self.config
        return config.small_value_policy

    def _ran_compiled(self, before: CompileProof | None) -> bool:
        """Whether all calls since `before` ran compiled code; tells the user if some did not."""
        now = self.proof()
        if self.fallback_cause or now is None or before is None:
            return False
        calls = now.calls - before.calls
        uncompiled = now.uncompiled_calls - before.uncompiled_calls
        if uncompiled:
            self.emit(Noticed(_uncompiled_calls(uncompiled, calls)))
        if now.skipped_cuda_graphs and not before.skipped_cuda_graphs:
            self.emit(Noticed(_without_cuda_graphs(now)))
        return uncompiled == 0

    def _tell_oddities(self, forecast: ForecastSet, unobserved: list[str]) -> None:
        """Tells about items whose forecast means nothing."""
        if unobserved:
            self.emit(Noticed(_unobserved(unobserved)))
        broken = [item.item_id for item in forecast.items if not np.isfinite(item.values).all()]
        if broken:
            self.emit(Noticed(_non_finite(broken)))

    def _checked(
        self,
        series: SeriesSet,
        horizon: int,
        quantile_levels: Sequence[float],
        batch_size: int,
        context: int,
    ) -> tuple[float, ...]:
        if not len(series):
            raise UserError("There are no series to forecast.", "Load a file that has some.")
        if horizon < 1:
            raise UserError(f"The horizon is {horizon}.", "Use a horizon of at least 1 step.")
        if batch_size < 1:
            raise UserError(f"The batch size is {batch_size}.", "Use at least 1.")
        if context < 1:
            raise UserError(f"The context length is {context}.", "Use at least 1 step.")
        levels = valid_quantile_levels(quantile_levels)
        known = self.model.description.quantile_levels
        if beyond := [level for level in levels if not known[0] <= level <= known[-1]]:
            raise UserError(
                f"The model knows quantiles from {known[0]:g} to {known[-1]:g}, and not "
                f"{', '.join(f'{level:g}' for level in beyond)}.",
                "Ask for levels in between.",
            )
        if horizon > self.model.description.horizon:
            self.emit(Noticed(_long_horizon(horizon, self.model.description.horizon)))
        return levels

    def _predict(
        self, inputs: list[dict[str, Any]], horizon: int, levels: tuple[float, ...], context: int
    ) -> Quantiles:
        """One batch: compiled where possible, else eager."""
        run = partial(self._run, inputs, horizon, levels, context)
        if self._compiled is None or self.fallback_cause:
            return run()
        rows = sum(len(entry["context"]) for entry in inputs)
        steps = max(entry["context"].shape[1] for entry in inputs)
        shape = shape_words(rows, steps, horizon)
        quantiles = self._run_compiled(self._compiled, shape, run)
        if quantiles is None:
            return run()
        if all_finite(quantiles):
            return quantiles
        eager = run()
        if all(
            np.isfinite(mine[np.isfinite(theirs)]).all()
            for mine, theirs in zip(quantiles, eager, strict=True)
        ):
            return quantiles
        self._fall_back(
            f"The compiled model gave NaN or infinity at {shape} where eager is finite."
        )
        return eager

    def _run_compiled(
        self, compiled: CompiledModel, shape: str, run: Callable[[], Quantiles]
    ) -> Quantiles | None:
        """One batch by compiled code; None if that failed, and compilation is given up."""
        try:
            with compiled.running(shape):
                return run()
        except Cancelled:
            raise
        except Exception as error:
            self._fall_back(f"The compiled model failed at {shape}: {first_line(error)}.", error)
            ran_out = is_out_of_memory(error)
        # Not before: the error held on to what the failed call had made.
        if ran_out:
            release_memory()
        return None

    def _run(
        self, inputs: list[dict[str, Any]], horizon: int, levels: tuple[float, ...], context: int
    ) -> Quantiles:
        kernels = attention_kernels(self.config.attention, self.config.sdpa_backends)
        with kernels, warnings.catch_warnings():
            # Said better by `_long_horizon`, once and not for every batch.
            warnings.filterwarnings("ignore", message="We recommend keeping prediction length")
            # What it advises would make float32 less exact than is judged here.
            warnings.filterwarnings("ignore", message="TensorFloat32 tensor cores")
            quantiles, _median = self.model.pipeline.predict_quantiles(
                inputs,
                prediction_length=horizon,
                quantile_levels=list(levels),
                batch_size=sum(len(entry["context"]) for entry in inputs),
                context_length=context,
            )
        return [entry.numpy().astype(np.float64) for entry in quantiles]

    def _fall_back(self, cause: str, error: Exception | None = None) -> None:
        self.fallback_cause = cause
        if error is not None:
            logger.info("The reason for the fallback", exc_info=error)
        self.emit(FellBack(cause))


def to_inputs(item: PreparedItem) -> dict[str, Any]:
    """An item as the library takes prepared inputs: float32 rows, targets first."""
    rows = len(item.rows.history)
    return {
        "context": torch.from_numpy(item.rows.history.astype(np.float32)),
        "future_covariates": torch.from_numpy(item.rows.future.astype(np.float32)),
        "n_targets": item.targets,
        "n_covariates": rows - item.targets,
        "n_future_covariates": item.known,
    }


def frame(
    series: SeriesSet,
    values: Mapping[int, NDArray[np.float64]],
    horizon: int,
    levels: tuple[float, ...],
) -> ForecastSet:
    """Puts forecasts, by position, back to their items and gives them timestamps."""
    items = tuple(
        ItemForecast(item.item_id, values[position], future_timestamps(item, horizon))
        for position, item in enumerate(series.series)
    )
    return ForecastSet(items, series.target_names, levels, series.timezone)


def all_finite(quantiles: Quantiles) -> bool:
    """Whether there is no NaN and no infinity anywhere."""
    return all(bool(np.isfinite(entry).all()) for entry in quantiles)


def load_forecaster(model: str | None = None, device: str = "auto") -> Forecaster:
    """A forecaster configured by the environment, for a production script.

    Args:
        model: `demo`, a folder or a hub id; if None, the variable CHRONOS_MODEL, and without
            it amazon/chronos-2.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.

    Raises:
        UserError: A variable has a value that is not allowed, or the model cannot be loaded.
    """
    variables = process_variables()
    named = model or variables.get(MODEL) or PRODUCTION_MODEL
    config = CompileConfig.from_env({**variables, MODEL: named})
    os.environ.update(process_environment(config, variables, config.enabled))
    if config.debug:
        torch._logging._internal.set_logs(graph_breaks=True, recompiles=True)
    return Forecaster(load(config, device), config)


def items_untold(series: SeriesSet, horizon: int) -> list[str]:
    """Items whose known covariates are not known over all of the horizon."""
    return [
        item.item_id
        for item in series.series
        for future in [item.known_covariates[:, item.length : item.length + horizon]]
        if len(future) and np.isfinite(future).sum() < len(future) * horizon
    ]


def _untold(items: list[str], horizon: int) -> Finding:
    return Finding(
        Severity.WARNING,
        "covariates",
        f"Covariates with a known future have no values for some of the {horizon} steps to "
        f"forecast, in {counted(len(items), 'item')}.",
        done="There the forecast does without them.",
        remedy="Add their future values, or choose a shorter horizon.",
        where=tuple(items[:SHOWN_ITEMS]),
    )


def _long_horizon(horizon: int, limit: int) -> Finding:
    return Finding(
        Severity.WARNING,
        "horizon",
        f"The horizon of {horizon} steps is longer than the {limit} that the model forecasts "
        "in one go.",
        done="The rest was forecast from the forecast itself.",
        remedy=f"Expect it to be less exact; {limit} steps or fewer avoid that.",
    )


def _uncompiled_calls(uncompiled: int, calls: int) -> Finding:
    return Finding(
        Severity.WARNING,
        "TORCH_COMPILED",
        f"{uncompiled} of {counted(calls, 'call')} ran eager code although compilation is on.",
        remedy="Set CHRONOS_INDUCTOR_DEBUG=1 and run again: the log says what torch did.",
    )


def _without_cuda_graphs(proof: CompileProof) -> Finding:
    return Finding(
        Severity.WARNING,
        "CHRONOS_COMPILE_MODE",
        f"CUDA graphs were asked for and {proof.skipped_cuda_graphs}.",
        done="Compiled code ran without them.",
        remedy="Choose the mode default, or mend what torch names.",
    )


def _unobserved(items: list[str]) -> Finding:
    return Finding(
        Severity.WARNING,
        "series",
        f"{counted(len(items), 'item')} {have(len(items))} no observed value in the context that "
        "the model looks at.",
        done="What is forecast of such an item says nothing.",
        remedy="Leave it out, or give the model a longer context.",
        where=tuple(items[:SHOWN_ITEMS]),
    )


def _non_finite(items: list[str]) -> Finding:
    return Finding(
        Severity.WARNING,
        "forecast",
        f"Forecasts of {counted(len(items), 'item')} hold NaN or infinity.",
        remedy="Use dtype float32; if it is, check the weights of the model.",
        where=tuple(items[:SHOWN_ITEMS]),
    )
