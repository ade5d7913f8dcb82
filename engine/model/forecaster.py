"""Forecast eagerly or compiled, with preprocessing and a fallback to eager code."""

import logging
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.base.errors import Cancelled, UserError, first_line
from engine.base.memory import is_out_of_memory
from engine.config.attention import attention_kernels
from engine.config.settings import CompileConfig
from engine.data.future import all_future_timestamps
from engine.data.series import SeriesSet
from engine.model import findings
from engine.model.artifacts.manifest import ArtifactError
from engine.model.artifacts.running import AheadModel
from engine.model.batches import Batch, batches
from engine.model.compiling import CompiledModel, release_memory
from engine.model.counting import GraphBackend
from engine.model.header_cache import secure_headers
from engine.model.loading import LoadedModel, refuse_damaged_weights
from engine.model.predicting import predict
from engine.model.preprocessing import Policy
from engine.results.call_split import CallSplit
from engine.results.forecasts import (
    DEFAULT_QUANTILE_LEVELS,
    ForecastSet,
    ItemForecast,
    valid_quantile_levels,
)
from engine.results.proof import CompileProof
from engine.runtime.events import Event, FellBack, FindingReported, Progress, SmallValuesChanged

logger = logging.getLogger(__name__)

_ONE_AT_A_TIME = threading.RLock()
"""torch.compile is not thread safe, and a call swaps compiled parts for eager ones."""

Emit = Callable[[Event], None]
Quantiles = NDArray[np.float64]


def _log_event(event: Event) -> None:
    """Log fallbacks, findings and changed values, which a script must not miss."""
    match event:
        case FellBack(cause):
            logger.warning("Compilation is off from now on: %s", cause)
        case FindingReported(finding):
            logger.warning("%s", finding)
        case SmallValuesChanged(policy, values, items):
            logger.warning("%s: %d values of %d items were changed", policy, values, items)


@dataclass(frozen=True, slots=True)
class ForecastResult:
    """A forecast, with its times and the proof of compilation.

    Attributes:
        forecast: The forecast.
        compiled: Whether every call ran compiled code. At graph breaks, and only there, eager
            code ran between the compiled parts.
        split: Seconds of preprocessing, model and postprocessing.
        proof: Record of what torch.compile did so far; None if compilation is off.
        changed_values: Number of values that the small-value policy altered.
        context_length: Largest number of steps of history that the model read.
    """

    forecast: ForecastSet
    compiled: bool
    split: CallSplit
    proof: CompileProof | None
    changed_values: int
    context_length: int


class Forecaster:
    """Forecaster that runs one model under one configuration.

    Attributes:
        model: The loaded model; several forecasters may share one.
        config: The configuration.
        fallback_cause: Reason of the fallback to eager code; None without a fallback.
    """

    def __init__(
        self,
        model: LoadedModel,
        config: CompileConfig,
        emit: Emit = _log_event,
        check_cancelled: Callable[[], None] = lambda: None,
        backend: GraphBackend | None = None,
    ) -> None:
        """Set up compilation if the configuration enables it; compile nothing yet.

        Args:
            model: The loaded model.
            config: The configuration; `model` was loaded with its model, dtype and attention.
            emit: Receives events while forecasts run.
            check_cancelled: Runs between batches, and may raise `Cancelled`.
            backend: Generates the code instead of the configured backend.
        """
        self.model = model
        self.config = config
        self.emit = emit
        self.check_cancelled = check_cancelled
        self.fallback_cause: str | None = None
        self._compiled: CompiledModel | AheadModel | None = None
        self._weights_are_sound = False
        if config.compiles_ahead and backend is None:
            self._use_artifact()
        elif config.enabled:
            if config.backend == "inductor" and (finding := secure_headers()):
                self.emit(FindingReported(finding))
            try:
                # Another thread may have swapped compiled parts for the eager ones.
                with _ONE_AT_A_TIME:
                    self._compiled = CompiledModel(model.pipeline, config, backend)
            except Exception as error:
                self._fall_back(f"torch.compile could not be set up: {first_line(error)}.", error)

    def _use_artifact(self) -> None:
        """Run the code of the configured artifact, or eager code if it does not fit."""
        try:
            with _ONE_AT_A_TIME:
                self._compiled = AheadModel(self.model, self.config)
        except ArtifactError as error:
            self.fallback_cause = error.sentence
            self.emit(FindingReported(findings.artifact_refused(error)))
        except Exception as error:
            self._fall_back(f"The artifact could not be opened: {first_line(error)}.", error)

    def forecast(  # noqa: PLR0913  each is an option of a forecast
        self,
        series: SeriesSet,
        horizon: int,
        quantile_levels: Sequence[float] = DEFAULT_QUANTILE_LEVELS,
        *,
        context_length: int | None = None,
        batch_size: int = 64,
        small_values: Policy | None = None,
    ) -> ForecastResult:
        """Forecast every item.

        Args:
            series: The items, of any lengths, with or without covariates.
            horizon: Steps to forecast, at least 1.
            quantile_levels: Levels between 0 and 1.
            context_length: Longest history to read, in steps; the model's limit if None.
            batch_size: Largest number of rows in a batch.
            small_values: Policy for small values; the configured policy if None.

        Raises:
            UserError: An option is invalid for this model or these series.
            ModelError: The forecast holds NaN because weights of the model do.
            Cancelled: `check_cancelled` raised it.
        """
        context = self.model.description.context_for(context_length)
        levels = self._checked(series, horizon, quantile_levels, batch_size, context)
        preprocessing = in_model = 0.0
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
            prepared = perf_counter()
            quantiles = self._run(batch, levels)
            predicted = perf_counter()
            if self.fallback_cause != fallback_before and (
                done or policy != (small_values or self._policy())
            ):
                # All batches of a forecast run the same code and the same small-value policy.
                return self.forecast(
                    series,
                    horizon,
                    levels,
                    context_length=context_length,
                    batch_size=batch_size,
                    small_values=small_values,
                )
            restored = batch.rows.undo(quantiles, batch.target_rows)
            for position, of_item in zip(batch.positions, batch.target_slices, strict=True):
                values[position] = restored[of_item]
            unobserved += [series.series[position].item_id for position in batch.unobserved]
            changed_values += int(batch.rows.changed.sum())
            changed_items += int((batch.per_item(batch.rows.changed) > 0).sum())
            preprocessing += prepared - started + perf_counter() - predicted
            in_model += predicted - prepared
            done += len(batch.positions)
            self.emit(Progress("Forecasting", done, len(series)))
        if changed_values:
            self.emit(SmallValuesChanged(policy, changed_values, changed_items))
        started = perf_counter()
        forecast = _assemble(series, values, horizon, levels)
        self._report_unusable(forecast, unobserved)
        if missing := findings.items_without_future(series, horizon):
            self.emit(FindingReported(findings.missing_future(missing, horizon)))
        split = CallSplit(preprocessing, in_model, perf_counter() - started)
        compiled = self._ran_compiled(proof_before)
        return ForecastResult(forecast, compiled, split, self.proof(), changed_values, context)

    def proof(self) -> CompileProof | None:
        """Return what torch.compile did so far; None if compilation is off."""
        return self._compiled.proof() if self._compiled else None

    def _policy(self) -> Policy:
        """Return the small-value policy; after a fallback, that of eager code."""
        config = self.config.replace(enabled=False) if self.fallback_cause else self.config
        return config.small_value_policy

    def _ran_compiled(self, before: CompileProof | None) -> bool:
        """Say whether all calls since `before` ran compiled code, and report those that did not."""
        now = self.proof()
        if self.fallback_cause or now is None or before is None:
            return False
        recent = now.since(before)
        if recent.uncompiled_calls:
            self.emit(
                FindingReported(findings.uncompiled_calls(recent.uncompiled_calls, recent.calls))
            )
        if now.skipped_cuda_graphs and not before.skipped_cuda_graphs:
            self.emit(FindingReported(findings.cuda_graphs_skipped(now)))
        return recent.uncompiled_calls == 0

    def _report_unusable(self, forecast: ForecastSet, unobserved: list[str]) -> None:
        """Report items whose forecast is meaningless.

        Raises:
            ModelError: The weights of the model are the cause.
        """
        if unobserved:
            self.emit(FindingReported(findings.unobserved_items(unobserved)))
        broken = [item.item_id for item in forecast.items if not np.isfinite(item.values).all()]
        if broken:
            if not self._weights_are_sound:
                refuse_damaged_weights(self.model)
                self._weights_are_sound = True
            self.emit(FindingReported(findings.non_finite_forecasts(broken)))

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
                f"The model forecasts quantile levels from {known[0]:g} to {known[-1]:g}, not "
                f"{', '.join(f'{level:g}' for level in beyond)}.",
                f"Choose levels from {known[0]:g} to {known[-1]:g}.",
            )
        at_once, longest = self.model.description.horizon, self.model.description.context_length
        if horizon > at_once:
            if longest < at_once:
                # The library would put the first forecast into a history that cannot hold it.
                raise UserError(
                    f"The model forecasts {at_once} steps at once and reads {longest}, so it "
                    f"cannot forecast {horizon} steps.",
                    f"Use a horizon of at most {at_once} steps.",
                )
            self.emit(FindingReported(findings.long_horizon(horizon, at_once)))
        return levels

    def _run(self, batch: Batch, levels: tuple[float, ...]) -> Quantiles:
        """Forecast the targets of a batch; shape (targets, horizon, quantile levels)."""
        run = partial(predict, self.model.pipeline, batch, levels)
        return self.guarded(str(batch.shape), run).numpy().astype(np.float64)

    def guarded(self, shape: str, run: Callable[[], Tensor]) -> Tensor:
        """Call the model by compiled code, or by eager code after a fallback.

        Args:
            shape: The call in words, for the proof and for errors.
            run: Calls the pipeline's model; called again in eager if compiled code fails.
        """
        kernels = attention_kernels(self.config.attention, self.config.sdpa_backends)
        with _ONE_AT_A_TIME, kernels, warnings.catch_warnings():
            # `findings.long_horizon` reports this once instead of for every batch.
            warnings.filterwarnings("ignore", message="We recommend keeping prediction length")
            # Its advice would make float32 less exact than the limits require.
            warnings.filterwarnings("ignore", message="TensorFloat32 tensor cores")
            if self._compiled is None or self.fallback_cause:
                return run()
            found = self._run_compiled(self._compiled, shape, run)
            if found is None:
                return run()
            if found.isfinite().all():
                return found
            eager = run()
            if found[eager.isfinite()].isfinite().all():
                return found
            self._fall_back(
                f"The compiled model gave NaN or infinity at {shape} where eager is finite."
            )
            return eager

    def _run_compiled(
        self, compiled: CompiledModel | AheadModel, shape: str, run: Callable[[], Tensor]
    ) -> Tensor | None:
        """Call the model by compiled code; fall back and return None if it fails."""
        try:
            with compiled.running(shape):
                return run()
        except Cancelled:
            raise
        except Exception as error:
            self._fall_back(f"The compiled model failed at {shape}: {first_line(error)}.", error)
            ran_out = is_out_of_memory(error)
        # Only now, because the error held references to the tensors of the failed call.
        if ran_out:
            release_memory()
        return None

    def _fall_back(self, cause: str, error: Exception | None = None) -> None:
        self.fallback_cause = cause
        if error is not None:
            logger.info("Fell back to eager code", exc_info=error)
        self.emit(FellBack(cause))


def _assemble(
    series: SeriesSet,
    values: Mapping[int, NDArray[np.float64]],
    horizon: int,
    levels: tuple[float, ...],
) -> ForecastSet:
    """Assemble forecasts, keyed by position, into items with timestamps."""
    stamps = all_future_timestamps(series.series, horizon)
    items = tuple(
        ItemForecast(item.item_id, values[position], of_item)
        for position, (item, of_item) in enumerate(zip(series.series, stamps, strict=True))
    )
    return ForecastSet(items, series.target_names, levels, series.timezone)
