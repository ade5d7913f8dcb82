"""Forecast eagerly or compiled, with preprocessing and a fallback to eager code."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.base.errors import UserError
from engine.base.findings import Finding
from engine.base.memory import is_out_of_memory
from engine.config.settings import CompileConfig
from engine.data.future import all_future_timestamps
from engine.data.series import Series, SeriesSet
from engine.model import findings
from engine.model.batch_planner import BatchPlanner
from engine.model.batches import Batch
from engine.model.calling import ModelCalls
from engine.model.counting import GraphBackend
from engine.model.loading import (
    LoadedModel,
    refuse_damaged_weights,
    release_reserve,
)
from engine.model.planning import PatchSizes
from engine.model.predicting import predict
from engine.model.preprocessing import Policy
from engine.model.work import Finished, Quantiles, Work
from engine.results.call_split import CallSplit
from engine.results.forecasts import (
    DEFAULT_QUANTILE_LEVELS,
    ForecastSet,
    ItemForecast,
    valid_quantile_levels,
)
from engine.results.proof import CompileProof
from engine.results.shapes import BatchShape
from engine.runtime.events import Event, FellBack, FindingReported, Progress, SmallValuesChanged

logger = logging.getLogger(__name__)

Emit = Callable[[Event], None]


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
        calls: Calls the model.
        planner: Plans the batches.
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
        self.calls = ModelCalls(model, config, self._pass_on, backend)
        self.planner = BatchPlanner(model, config, self._report, self._forecast_eagerly)

    @property
    def fallback_cause(self) -> str | None:
        """Return the reason of the fallback to eager code; None without a fallback."""
        return self.calls.fallback_cause

    def forecast(  # noqa: PLR0913  each is an option of a forecast
        self,
        series: SeriesSet,
        horizon: int,
        quantile_levels: Sequence[float] = DEFAULT_QUANTILE_LEVELS,
        *,
        context_length: int | None = None,
        batch_size: int | None = None,
        small_values: Policy | None = None,
    ) -> ForecastResult:
        """Forecast every item.

        Args:
            series: The items, of any lengths, with or without covariates.
            horizon: Steps to forecast, at least 1.
            quantile_levels: Levels between 0 and 1.
            context_length: Longest history to read, in steps; as configured if None.
            batch_size: Largest number of rows in a batch; as configured if None.
            small_values: Policy for small values; the configured policy if None.

        Raises:
            UserError: An option is invalid for this model or these series.
            ModelError: The forecast holds NaN because weights of the model do.
            Cancelled: `check_cancelled` raised it.
        """
        context = self.context_for(context_length)
        levels = self._checked(series, horizon, quantile_levels, batch_size, context)
        proof_before = self.proof()
        done = None
        while done is None:
            policy = small_values or self._policy()
            work = self._work(series.series, horizon, context, policy)
            done = self._run_all(work, levels, batch_size, small_values)
        if done.changed_values:
            self.emit(SmallValuesChanged(policy, done.changed_values, done.changed_items))
        started = perf_counter()
        forecast = _assemble(series, done.values, horizon, levels)
        self._report_unusable(forecast, done.unobserved)
        if missing := findings.items_without_future(series, horizon):
            self._report(findings.missing_future(missing, horizon))
        split = CallSplit(done.preprocessing, done.in_model, perf_counter() - started)
        compiled = self._ran_compiled(proof_before)
        return ForecastResult(forecast, compiled, split, self.proof(), done.changed_values, context)

    def context_for(self, asked: int | None = None) -> int:
        """Return the longest history to read, in steps: as asked, else as configured."""
        longest = self.config.context_length if asked is None else asked
        return self.model.description.context_for(longest)

    def batch_shapes(
        self,
        series: SeriesSet,
        horizon: int,
        context_length: int | None = None,
        batch_size: int | None = None,
    ) -> tuple[BatchShape, ...]:
        """Return the shape of each batch that `forecast` runs for the same arguments."""
        context = self.context_for(context_length)
        work = self._work(series.series, horizon, context, "keep")
        return tuple(map(work.shape, self.planner.plan(work.sizes, batch_size)))

    def _work(self, series: Sequence[Series], horizon: int, context: int, policy: Policy) -> Work:
        patch_sizes = PatchSizes.of(self.model.pipeline.model.chronos_config)
        return Work(series, horizon, context, policy, patch_sizes)

    def _run_all(
        self,
        work: Work,
        levels: tuple[float, ...],
        batch_size: int | None,
        small_values: Policy | None,
    ) -> Finished | None:
        """Forecast all batches, while a thread prepares the next one and finishes the last.

        Returns:
            The forecasts; None if a fallback means that all batches must run again, because all of
            a forecast runs the same code and the same small-value policy.
        """
        fallback_before = self.fallback_cause
        found = Finished()
        finishing: list[Future[Finished]] = []
        items = 0
        todo = self.planner.plan(work.sizes, batch_size)
        with ThreadPoolExecutor(1, thread_name_prefix="chronos-panel-host") as host:
            coming = host.submit(work.prepare, todo[0])
            while todo:
                self.check_cancelled()
                started = perf_counter()
                batch = coming.result()
                if len(todo) > 1:
                    coming = host.submit(work.prepare, todo[1])
                prepared = perf_counter()
                quantiles = self._run(batch, levels, work.sizes.tokens_of(todo[0]))
                if quantiles is None:
                    todo = self.planner.plan(work.sizes, batch_size, chain(*todo))
                    coming = host.submit(work.prepare, todo[0])
                    continue
                found.preprocessing += prepared - started
                found.in_model += perf_counter() - prepared
                policy = small_values or self._policy()
                if self.fallback_cause != fallback_before and (finishing or policy != work.policy):
                    return None
                finishing.append(host.submit(work.finish, batch, quantiles))
                items += len(todo.pop(0))
                self.emit(Progress("Forecasting", items, len(work.series)))
            started = perf_counter()
            for finished in finishing:
                found.add(finished.result())
            found.preprocessing += perf_counter() - started
        return found

    def proof(self) -> CompileProof | None:
        """Return what torch.compile did so far; None if compilation is off."""
        return self.calls.proof()

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
            expected = self.config.new_shapes == "eager"
            report = findings.new_shapes if expected else findings.uncompiled_calls
            self._report(report(recent.uncompiled_calls, recent.calls))
        if now.skipped_cuda_graphs and not before.skipped_cuda_graphs:
            self._report(findings.cuda_graphs_skipped(now))
        return recent.uncompiled_calls == 0

    def _pass_on(self, event: Event) -> None:
        # The one of now: jobs replace it.
        self.emit(event)

    def _report(self, finding: Finding) -> None:
        self.emit(FindingReported(finding))

    def _report_unusable(self, forecast: ForecastSet, unobserved: list[str]) -> None:
        """Report items whose forecast is meaningless.

        Raises:
            ModelError: The weights of the model are the cause.
        """
        if unobserved:
            self._report(findings.unobserved_items(unobserved))
        broken = [item.item_id for item in forecast.items if not np.isfinite(item.values).all()]
        if broken:
            refuse_damaged_weights(self.model, "The forecasts hold NaN or infinity")
            self._report(findings.non_finite_forecasts(broken))

    def _checked(
        self,
        series: SeriesSet,
        horizon: int,
        quantile_levels: Sequence[float],
        batch_size: int | None,
        context: int,
    ) -> tuple[float, ...]:
        if not len(series):
            raise UserError("There are no series to forecast.", "Load a file that has some.")
        if horizon < 1:
            raise UserError(f"The horizon is {horizon}.", "Use a horizon of at least 1 step.")
        if batch_size is not None and batch_size < 1:
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
            self._report(findings.long_horizon(horizon, at_once))
        return levels

    def _run(self, batch: Batch, levels: tuple[float, ...], tokens: int) -> Quantiles | None:
        """Forecast the targets of a batch; shape (targets, horizon, quantile levels).

        Returns:
            The quantiles; None if memory ran out and smaller batches should do from now on.
        """
        run = partial(predict, self.model.pipeline, batch, levels)
        found = self.called(batch.shape, tokens, run, divisible=len(batch.positions) > 1)
        return None if found is None else found.numpy().astype(np.float64)

    def called(
        self, shape: BatchShape, tokens: int, run: Callable[[], Tensor], *, divisible: bool
    ) -> Tensor | None:
        """Call the model as `ModelCalls.guarded` does, for a batch.

        Args:
            shape: The shape of the batch.
            tokens: Its tokens.
            run: Calls the pipeline's model.
            divisible: Whether the batch has several items.

        Returns:
            What the call returns; None if memory ran out for a divisible batch. From then on, the
            planner allows half of its tokens.
        """
        try:
            return self.calls.guarded(str(shape), run, divisible=divisible)
        except Exception as error:
            if not divisible or not is_out_of_memory(error):
                raise
            logger.info("Memory ran out at %s", shape, exc_info=error)
        # Only now, because the error held references to the tensors of the failed call.
        release_reserve()
        self.planner.halve(tokens)
        self._report(findings.memory_ran_out(shape))
        return None

    def _forecast_eagerly(self, batch: Batch) -> None:
        """Forecast a batch by eager code, to measure its time."""
        with self.calls.as_configured():
            predict(self.model.pipeline, batch, self.model.description.quantile_levels[:1])


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
