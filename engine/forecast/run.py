"""The forecast job: data, model, forecast, and the other mode beside it if wanted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.base.findings import Finding, Severity
from engine.config.settings import CompileConfig
from engine.data.series import SeriesSet
from engine.forecast.events import Compared, ForecastReady, PolicyWeighed
from engine.forecast.job import Forecast
from engine.model.compiling import calls_until_steady, forget_compiled_code
from engine.model.forecaster import Forecaster, ForecastResult
from engine.model.loading import LoadedModel, load, make_current, resolve_device
from engine.results.differences import compare
from engine.results.forecasts import ForecastSet
from engine.results.judging import judge_policy, judge_unproven, scales_of
from engine.runtime.context import JobContext
from engine.runtime.events import (
    Event,
    FellBack,
    ModelLoaded,
    Noticed,
    Progress,
    SmallValuesChanged,
)
from engine.runtime.job_data import read_series


def run(job: Forecast, context: JobContext) -> None:
    """Runs the job. Events: see `jobs.Forecast`.

    Raises:
        UserError: Something that the user can mend.
        Cancelled: The job was asked to stop.
    """
    series = read_series(job.data, context)
    config = job.config
    asked = forecast_with(config, job, series, context)
    if not job.compare:
        return
    # The same small-value policy on both sides, so that only compilation is compared.
    other = config.replace(enabled=not config.enabled, small_values=config.small_value_policy)
    compared = forecast_with(other, job, series, context)
    if asked.compiled == compared.compiled:
        context.emit(Noticed(NOTHING_COMPARED))
        return
    # What lies before that moves no forecast, and must not set the scale of differences.
    series = series.last(asked.context_length)
    first, second = asked.forecast, compared.forecast
    eager, compiled = (second, first) if asked.compiled else (first, second)
    if asked.changed_values:
        # Before anything is called the same: a job may be stopped at any moment.
        weigh_policy(job, series, eager, context)
    judgement = judge_unproven(series, eager, compiled, exact=config.dtype == "float32")
    context.emit(Compared(compare(eager, compiled, scales_of(series, eager)), judgement))


def weigh_policy(
    job: Forecast, series: SeriesSet, treated: ForecastSet, context: JobContext
) -> None:
    """Forecasts the values as they are too, and tells what the small-value policy changed.

    Both sides of a comparison have the same policy, so that the comparison is silent about it.
    """
    policy = job.config.small_value_policy
    config = job.config.replace(enabled=False, small_values="keep")
    context.emit(Progress("Weighing the small-value policy"))
    # What there is to notice about the forecasts has been told of the two before.
    silent = JobContext(lambda _event: None, context.is_cancelled, context.shelf)
    kept = predict(forecaster_for(config, job.device, silent), job, series).forecast
    context.emit(PolicyWeighed(policy, kept, judge_policy(series, policy, kept, treated)))


NOTHING_COMPARED = Finding(
    Severity.ERROR,
    "TORCH_COMPILED",
    "Eager and compiled were not compared, since not every call ran compiled code.",
    remedy="Mend what is told of it, or check the machine with `chronos-panel check`.",
)


def forecast_with(
    config: CompileConfig, job: Forecast, series: SeriesSet, context: JobContext
) -> ForecastResult:
    """One forecast under one configuration, told as events."""
    forecaster = forecaster_for(config, job.device, context)
    context.emit(Progress(stage_name(forecaster), 0, len(series)))
    before = forecaster.proof()
    forecaster.emit = once(context.emit)
    result = predict(forecaster, job, series)
    if job.compare:
        result = as_in_production(result, forecaster, job, series)
    # A forecaster that was kept has compiled for earlier jobs too.
    proof = result.proof.since(before) if result.proof and before else result.proof
    context.emit(ForecastReady(result.compiled, result.forecast, result.split, proof))
    return result


def as_in_production(
    first: ForecastResult, forecaster: Forecaster, job: Forecast, series: SeriesSet
) -> ForecastResult:
    """A forecast by compiled code as it runs later on; its time stays that of the first call."""
    again = calls_until_steady(forecaster.config, forecaster.model.pipeline.model.device) - 1
    if not first.compiled or not again:
        return first
    steady = [predict(forecaster, job, series) for _ in range(again)][-1]
    return replace(steady, split=first.split)


def once(emit: Callable[[Event], None]) -> Callable[[Event], None]:
    """The same, but what is to be noticed is told a single time."""
    told: set[Event] = set()

    def tell(event: Event) -> None:
        if event not in told:
            emit(event)
        if isinstance(event, FellBack | Noticed | SmallValuesChanged):
            told.add(event)

    return tell


def predict(forecaster: Forecaster, job: Forecast, series: SeriesSet) -> ForecastResult:
    """One forecast as the job wants it."""
    return forecaster.forecast(
        series,
        job.horizon,
        job.quantile_levels,
        context_length=job.context_length,
        batch_size=job.batch_size,
    )


def stage_name(forecaster: Forecaster) -> str:
    """What the first moments of a forecast are spent on."""
    proof = forecaster.proof()
    waiting = proof is not None and not proof.calls and not forecaster.fallback_cause
    return "Compiling, then forecasting" if waiting else "Forecasting"


def forecaster_for(config: CompileConfig, device: str, context: JobContext) -> Forecaster:
    """A forecaster for a configuration; the last compiled one is kept with its code.

    Only one is, since torch keeps compiled code by function and not by model. A forecaster
    that fell back is not: a new job is a new try, as its cause may have been mended.
    """
    model = model_for(config, device, context)
    if not config.enabled:
        return Forecaster(model, config, context.emit, context.check_cancelled)

    def make() -> Forecaster:
        forget_compiled_code()
        return Forecaster(model, config, context.emit, context.check_cancelled)

    kept = context.shelf.get("compiled", make, still_good=lambda one: is_for(one, model, config))
    kept.emit, kept.check_cancelled = context.emit, context.check_cancelled
    return kept


def is_for(forecaster: Forecaster, model: LoadedModel, config: CompileConfig) -> bool:
    """Whether a kept forecaster serves a model and a configuration."""
    return (
        forecaster.model is model
        and forecaster.config == config
        and forecaster.fallback_cause is None
    )


def model_for(config: CompileConfig, device: str, context: JobContext) -> LoadedModel:
    """The configured model; eager and compiled forecasters share one."""

    def make() -> LoadedModel:
        return load(config, device, lambda text: context.emit(Progress(text)))

    stamp = weights_stamp(config.model)
    place = resolve_device(device)
    key = ("model", config.model, stamp, config.dtype, config.attention, str(place))
    model = context.shelf.get(key, make)
    make_current(place)
    context.emit(ModelLoaded(model.description))
    return model


def weights_stamp(source: str) -> tuple[int, ...]:
    """When a local model's weights were last written, so that a retrained one is loaded anew."""
    files = sorted(Path(source).expanduser().glob("*.safetensors"))
    return tuple(file.stat().st_mtime_ns for file in files)
