"""Whether a side forecasts the same as eager, judged as a validation judges it."""

from engine.benchmark.measurements import OutputCheck, Side
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
    """Compares a side's forecast with an eager one.

    Args:
        side: Who is compared.
        series: What was forecast.
        forecasts: The eager one, that of the side, and the truth, which is eager in float64.
        configs: The configurations of the side whose eager one it is, and of the side.
    """
    eager, other, truth = forecasts
    if eager.quantile_levels != other.quantile_levels:
        sentence = "The models have different quantile levels."
        return OutputCheck(side, Status.FAIL, sentence, float("nan"))
    precision = Precision.of(*(config.dtype for config in configs))
    found = agreement(series, eager, other, truth, precision)
    judged = judge_by(precision, found)
    return OutputCheck(side, judged.status, judged.sentence, found.max_relative)
