"""Whether both sides forecast the same, judged as a validation judges it."""

from engine.benchmark.samples import OutputCheck, Side
from engine.config import CompileConfig
from engine.data.series import SeriesSet
from engine.forecasts import ForecastSet
from engine.validation.judging import Judgement, agreement, judge, judge_half, judge_mixed
from engine.validation.report import Agreement, Status


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
    same, half = configs[0].dtype == configs[1].dtype, configs[1].dtype != "float32"
    found = agreement(series, first, other, truth, half=same and half)
    judged = judged_by(found, same=same, half=half)
    return OutputCheck(side, judged.status, judged.sentence, found.max_relative)


def judged_by(found: Agreement, *, same: bool, half: bool) -> Judgement:
    """The judgement that suits the precisions.

    Args:
        found: The comparison.
        same: Whether both sides have the same precision.
        half: Whether the side's is a half precision.
    """
    if not same:
        return judge_mixed(found)
    return (judge_half if half else judge)(found, extreme=False)
