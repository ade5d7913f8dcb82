"""Compare a side's forecast with eager, as a validation does."""

from engine.benchmark.measurements import OutputCheck
from engine.benchmark.setup import Side
from engine.config.settings import CompileConfig
from engine.data.series import SeriesSet
from engine.results.agreement import Precision, agreement
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.results.judging import judge_by


def check_outputs(
    side: Side,
    series: SeriesSet,
    forecasts: tuple[ForecastSet, ForecastSet, ForecastSet],
    configs: tuple[CompileConfig, CompileConfig],
) -> OutputCheck:
    """Compare a side's forecast with eager.

    Args:
        side: The side.
        series: The series.
        forecasts: The eager forecast, the forecast of the side, and the float64 forecast.
        configs: The configurations of eager and of the side.
    """
    eager, other, truth = forecasts
    if eager.quantile_levels != other.quantile_levels:
        sentence = "The models have different quantile levels."
        return OutputCheck(side, Status.FAIL, sentence, float("nan"))
    precision = Precision.of(*(config.precision for config in configs))
    found = agreement(series, eager, other, truth, precision)
    judged = judge_by(precision, found)
    return OutputCheck(side, judged.status, judged.sentence, found.max_relative)
