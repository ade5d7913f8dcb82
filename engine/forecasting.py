"""The forecast job: data, model, forecast, and the other mode beside it if wanted."""

from engine import jobs
from engine.config import CompileConfig
from engine.context import JobContext
from engine.data import load as load_series
from engine.data.series import SeriesSet
from engine.differences import compare, series_scales
from engine.events import Compared, DataLoaded, ForecastReady, ModelLoaded, Noticed, Progress
from engine.forecaster import Forecaster, ForecastResult
from engine.model import LoadedModel, load


def run(job: jobs.Forecast, context: JobContext) -> None:
    """Runs the job. Events: see `jobs.Forecast`.

    Raises:
        UserError: Something that the user can mend.
        Cancelled: The job was asked to stop.
    """
    series = read_series(job.data, context)
    config = job.config
    forecast = forecast_with(config, job, series, context)
    if not job.compare:
        return
    # The same small-value policy on both sides, so that only compilation is compared.
    other = config.replace(enabled=not config.enabled, small_values=config.small_value_policy)
    compared = forecast_with(other, job, series, context)
    difference = compare(forecast.forecast, compared.forecast, series_scales(series))
    context.emit(Compared(difference))


def read_series(data: SeriesSet | jobs.CsvSource, context: JobContext) -> SeriesSet:
    """The series of a job, read from their file if they are not there yet."""
    if isinstance(data, SeriesSet):
        return data
    name = data.path.name

    def tell(done: int, total: int) -> None:
        context.emit(Progress(f"Reading {name}", done, total))

    series = load_series(data.path, data.options, progress=tell, cancelled=context.is_cancelled)
    context.emit(DataLoaded(series))
    for finding in series.findings:
        context.emit(Noticed(finding))
    return series


def forecast_with(
    config: CompileConfig, job: jobs.Forecast, series: SeriesSet, context: JobContext
) -> ForecastResult:
    """One forecast under one configuration, told as events."""
    forecaster = forecaster_for(config, job.device, context)
    context.emit(Progress(stage_name(forecaster), 0, len(series)))
    result = forecaster.forecast(
        series,
        job.horizon,
        job.quantile_levels,
        context_length=job.context_length,
        batch_size=job.batch_size,
    )
    context.emit(ForecastReady(result.compiled, result.forecast, result.split, result.proof))
    return result


def stage_name(forecaster: Forecaster) -> str:
    """What the first moments of a forecast are spent on."""
    proof = forecaster.proof()
    waiting = proof is not None and not proof.calls and not forecaster.fallback_cause
    return "Compiling, then forecasting" if waiting else "Forecasting"


def forecaster_for(config: CompileConfig, device: str, context: JobContext) -> Forecaster:
    """A forecaster for a configuration; the last ones, with their compiled code, are kept."""
    model = model_for(config, device, context)
    key = ("forecaster", config, device)

    def make() -> Forecaster:
        return Forecaster(model, config, context.emit, context.check_cancelled)

    forecaster = context.shelf.get(key, make)
    if forecaster.fallback_cause:
        # A new job is a new try: the cause may have been mended meanwhile.
        context.shelf.drop(key)
        forecaster = context.shelf.get(key, make)
    forecaster.emit, forecaster.check_cancelled = context.emit, context.check_cancelled
    return forecaster


def model_for(config: CompileConfig, device: str, context: JobContext) -> LoadedModel:
    """The configured model; eager and compiled forecasters share one."""

    def make() -> LoadedModel:
        return load(config, device, lambda text: context.emit(Progress(text)))

    key = ("model", config.model, config.dtype, config.attention, device)
    model = context.shelf.get(key, make)
    context.emit(ModelLoaded(model.description))
    return model
