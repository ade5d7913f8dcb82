"""Run the forecast job: data, model, forecast, and the comparison of eager and compiled."""

from dataclasses import replace

from engine.base.errors import UserError
from engine.base.findings import Finding, Severity
from engine.config.settings import CompileConfig
from engine.data.holdout import hold_out
from engine.data.series import SeriesSet
from engine.forecast.events import Compared, ForecastReady, PolicyWeighed
from engine.forecast.job import Forecast
from engine.model.cache import forecaster_for, once
from engine.model.compiling import calls_until_steady
from engine.model.forecaster import Forecaster, ForecastResult
from engine.results.agreement import units_of
from engine.results.differences import compare
from engine.results.forecasts import ForecastSet
from engine.results.judging import judge_policy, judge_unproven
from engine.runtime.context import JobContext
from engine.runtime.events import (
    FindingReported,
    Progress,
)
from engine.runtime.job_data import read_series


def run(job: Forecast, context: JobContext) -> None:
    """Run the job; its docstring lists its events.

    Raises:
        UserError: The user can mend the cause.
        Cancelled: The job was asked to stop.
    """
    series = read_series(job.data, context)
    if job.holdout:
        series = _history_of(series, job.horizon)
    forecasts = [_forecast_with(config, job, series, context) for config in job.sides]
    if job.compare:
        compare_sides(job, series, forecasts[0], forecasts[1], context)


def _history_of(series: SeriesSet, horizon: int) -> SeriesSet:
    """Return series without the last steps that are held out.

    Raises:
        UserError: No series is long enough.
    """
    holdout = hold_out(series, horizon)
    if not holdout.actuals:
        raise UserError(
            f"To hold out {horizon} steps, a series needs {2 * horizon} steps. None is as long.",
            "Choose a shorter horizon, or turn Hold out off.",
        )
    return holdout.history


def compare_sides(
    job: Forecast,
    series: SeriesSet,
    eager: ForecastResult,
    compiled: ForecastResult,
    context: JobContext,
) -> None:
    """Compare an eager with a compiled forecast, and report what the small-value policy does."""
    if not compiled.compiled:
        context.emit(FindingReported(NOTHING_COMPARED))
        return
    # Values before the context move no forecast, and must not set the scale of differences.
    series = series.last(eager.context_length)
    if eager.changed_values:
        # First, because a job may be stopped before its end.
        _weigh_policy(job, series, eager.forecast, context)
    exact = job.config.precision == "float32"
    judgement = judge_unproven(series, eager.forecast, compiled.forecast, exact=exact)
    units = units_of(series, eager.forecast)
    context.emit(Compared(compare(eager.forecast, compiled.forecast, units), judgement))


def _weigh_policy(
    job: Forecast, series: SeriesSet, treated: ForecastSet, context: JobContext
) -> None:
    """Forecast the unchanged values too, and report how far the small-value policy moves forecasts.

    Both sides of a comparison have the same policy, so the comparison does not show its effect.
    """
    policy = job.config.small_value_policy
    config = job.config.replace(enabled=False, small_values="keep")
    context.emit(Progress("Comparing with small values kept"))
    # The two forecasts before have reported everything else.
    kept = predict(forecaster_for(config, job.device, context.silent()), job, series).forecast
    context.emit(PolicyWeighed(policy, kept, judge_policy(series, policy, kept, treated)))


NOTHING_COMPARED = Finding(
    Severity.ERROR,
    "TORCH_COMPILED",
    "Eager and compiled were not compared, because not every call ran compiled code.",
    remedy="Fix the cause given above, or run `chronos-panel check`.",
)


def _forecast_with(
    config: CompileConfig, job: Forecast, series: SeriesSet, context: JobContext
) -> ForecastResult:
    """Forecast under one configuration, and report it as events."""
    forecaster = forecaster_for(config, job.device, context)
    context.emit(Progress(_stage_name(forecaster), 0, len(series)))
    before = forecaster.proof()
    forecaster.emit = once(context.emit)
    result = predict(forecaster, job, series)
    if job.compare:
        result = _as_in_production(result, forecaster, job, series)
    # A forecaster that was kept has compiled for earlier jobs too.
    proof = result.proof.since(before) if result.proof and before else result.proof
    context.emit(ForecastReady(result.compiled, result.forecast, result.split, proof))
    return result


def _as_in_production(
    first: ForecastResult, forecaster: Forecaster, job: Forecast, series: SeriesSet
) -> ForecastResult:
    """Return a forecast by compiled code in its steady state, with the time of the first call."""
    again = calls_until_steady(forecaster.config, forecaster.model.pipeline.model.device) - 1
    if not first.compiled or not again:
        return first
    steady = [predict(forecaster, job, series) for _ in range(again)][-1]
    return replace(steady, split=first.split)


def predict(forecaster: Forecaster, job: Forecast, series: SeriesSet) -> ForecastResult:
    """Forecast as the job asks."""
    return forecaster.forecast(series, job.horizon, job.quantile_levels)


def _stage_name(forecaster: Forecaster) -> str:
    """Return the stage that a forecast begins with."""
    proof = forecaster.proof()
    waiting = proof is not None and not proof.calls and not forecaster.fallback_cause
    return "Compiling, then forecasting" if waiting else "Forecasting"
