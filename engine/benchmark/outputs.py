"""Whether both sides forecast the same, judged as a validation judges it."""

from engine.benchmark.samples import OutputCheck, Side
from engine.config import CompileConfig
from engine.data.series import SeriesSet
from engine.forecasts import ForecastSet
from engine.validation.judging import agreement, judge, judge_half
from engine.validation.report import Status


def check_outputs(
    side: Side,
    series: SeriesSet,
    forecasts: tuple[ForecastSet, ForecastSet, ForecastSet],
    configs: tuple[CompileConfig, CompileConfig],
) -> OutputCheck:
    """Compares a side's forecast with A's.

    Args:
        side: Who is compared.
        series: What was forecast.
        forecasts: That of A, that of the side, and the truth, which is eager in float64.
        configs: The configurations of A and of the side.
    """
    first, other, truth = forecasts
    if first.quantile_levels != other.quantile_levels:
        sentence = "The models have different quantile levels."
        return OutputCheck(side, Status.FAIL, sentence, float("nan"))
    found = agreement(series, first, other, truth)
    exact = all(config.dtype == "float32" for config in configs)
    judged = (judge if exact else judge_half)(found, extreme=False)
    return OutputCheck(side, judged.status, judged.sentence, found.max_relative)
