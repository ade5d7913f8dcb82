"""Judgements of comparisons, and verdicts on the results of all checks."""

import dataclasses
import math

import numpy as np
import pytest

from engine.results.agreement import Agreement, Precision, agreement
from engine.results.forecasts import ForecastSet, ItemForecast
from engine.results.judgement import Judgement, Status
from engine.results.judging import (
    judge,
    judge_eager,
    judge_half,
    judge_mixed,
    judge_policy,
    judge_unproven,
)
from engine.validation.case import Group
from engine.validation.report import CheckResult
from engine.validation.suite.small_values import used
from engine.validation.verdict import deciding, overall
from tests.support.making import CAPTURED, series_set

SOUND = Agreement(
    mean_absolute=1e-7,
    relative_mean=1e-9,
    max_relative=1e-6,
    limit=1e-4,
    eager_error=2e-6,
    configured_error=2e-6,
    missing_agree=True,
    new_crossings=0,
    worst_item="a",
    worst_target="b",
)


def judged(**changes: object) -> Judgement:
    return judge(dataclasses.replace(SOUND, **changes), extreme=False)  # type: ignore[arg-type]


def test_that_a_difference_within_rounding_passes() -> None:
    assert judged().status is Status.PASS
    within = "Largest difference: 0.000001 standard deviations (limit 0.0001)."
    assert judged().sentence == within
    assert judged(max_relative=0.0).sentence == "Equal to eager, bit by bit."


def test_that_more_than_rounding_warns_and_names_the_side_closer_to_float64() -> None:
    found = judged(max_relative=9e-5, configured_error=9e-5)
    assert found.status is Status.WARN
    assert "Eager is closer to float64." in found.sentence
    found = judged(max_relative=9e-5, eager_error=8e-6, configured_error=1e-6)
    assert found.status is Status.WARN
    assert "The configuration is closer to float64" in found.sentence


def test_that_a_difference_beyond_its_limit_names_the_item_and_the_better_side() -> None:
    found = judged(max_relative=2e-3, configured_error=2e-3)
    assert found.status is Status.FAIL
    assert found.sentence == (
        "Largest difference: 0.002 standard deviations (limit 0.0001; a, b). "
        "Eager is closer to float64."
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"max_relative": 1.1e-4},
        {"max_relative": math.inf},
        {"missing_agree": False},
        {"mean_absolute": math.nan},
        {"new_crossings": 1},
        {"mean_absolute": 0.02, "relative_mean": 0.06},
    ],
)
def test_that_each_limit_can_fail_alone(changes: dict[str, object]) -> None:
    assert judged(**changes).status is Status.FAIL


def test_that_the_limit_is_higher_on_extreme_series() -> None:
    found = dataclasses.replace(SOUND, mean_absolute=0.05, relative_mean=0.06)
    assert judge(found, extreme=False).status is Status.FAIL
    assert judge(found, extreme=True).status is Status.PASS


def test_that_half_precision_never_passes_and_can_fail() -> None:
    half = dataclasses.replace(SOUND, eager_error=0.02, configured_error=0.03, limit=0.06)
    for error in (0.0, 0.03):
        found = judge_half(dataclasses.replace(half, configured_error=error), extreme=False)
        assert found.status is Status.WARN
    for fault in ({"missing_agree": False}, {"limit": 0.02}, {"eager_error": math.inf}):
        found = judge_half(dataclasses.replace(half, **fault), extreme=False)
        assert found.status is Status.FAIL


def test_that_what_is_missing_on_both_sides_is_no_agreement() -> None:
    found = judged(eager_error=math.inf, configured_error=math.inf, max_relative=0.0)
    assert found.status is Status.FAIL
    assert "missing" in found.sentence


ITEMS = series_set([np.array([0.0, 100.0]), np.array([0.0, 100.0])])
"""Two series with a standard deviation of 50, which the forecasts below belong to."""


def flat(first: float, second: float) -> ForecastSet:
    """Return forecasts of one step of each series, the same at the quantiles 0.1, 0.5 and 0.9."""
    items = [
        ItemForecast(f"item_{index}", np.full((1, 1, 3), value))
        for index, value in enumerate((first, second))
    ]
    return ForecastSet(tuple(items), ITEMS.target_names, (0.1, 0.5, 0.9))


def test_that_no_item_hides_that_another_has_no_forecast() -> None:
    truth = flat(10.0, 10.0)
    found = agreement(ITEMS, flat(math.nan, 10.0), flat(math.nan, 10.00001), truth)
    assert found.worst_item == "item_0"
    for one in (judge(found, extreme=False), judge_half(found, extreme=False), judge_mixed(found)):
        assert one.status is Status.FAIL
        assert "missing that the float64 forecast has" in one.sentence


def test_that_no_item_that_rounds_badly_hides_what_another_does_not_explain() -> None:
    truth = flat(10.0, 10.0)
    # The first differs by 0.016 where eager is as wrong, the second by 4e-5 where eager is exact.
    found = agreement(ITEMS, flat(10.4, 10.0), flat(11.2, 10.002), truth)
    assert found.worst_item == "item_1"
    judgement = judge(found, extreme=False)
    assert judgement.status is Status.WARN
    assert "more than rounding explains" in judgement.sentence


def test_that_in_half_precision_the_item_furthest_from_float64_decides() -> None:
    truth = flat(10.0, 10.0)
    eager, configured = flat(11.0, 10.0), flat(9.0, 10.1)
    found = agreement(ITEMS, eager, configured, truth, Precision.HALF)
    assert found.worst_item == "item_1"
    assert judge_half(found, extreme=False).status is Status.FAIL


def test_that_in_half_precision_a_lucky_eager_forecast_sets_no_limit() -> None:
    truth, eager, configured = flat(10.0, 10.0), flat(10.0001, 10.0001), flat(10.1, 10.0)

    def status(usual_error: float) -> Status:
        found = agreement(ITEMS, eager, configured, truth, Precision.HALF, usual_error=usual_error)
        return judge_half(found, extreme=False).status

    assert status(0.0) is Status.FAIL
    assert status(0.01) is Status.WARN
    assert status(0.0001) is Status.FAIL


def test_that_where_nothing_is_wrong_the_largest_difference_decides() -> None:
    truth = flat(10.0, 10.0)
    # Relative to its limit the second differs more, in standard deviations the first.
    found = agreement(ITEMS, flat(12.0, 10.0), flat(12.5, 10.0004), truth)
    judgement = judge(found, extreme=False)
    assert judgement.status is Status.PASS
    assert judgement.figure == pytest.approx(0.01)
    halves = agreement(ITEMS, flat(12.0, 10.03), flat(12.0, 10.03), truth, Precision.HALF)
    assert judge_half(halves, extreme=False).figure == pytest.approx(0.04)
    mixed = agreement(ITEMS, flat(10.0, 10.0), flat(10.5, 10.01), truth, Precision.MIXED)
    assert judge_mixed(mixed).figure == pytest.approx(0.01)


def test_that_quantiles_cross_only_where_rounding_does_not_explain_it() -> None:
    generator = np.random.default_rng(5)
    history = series_set([np.array([0.0, 2.0] * 8)])

    def rounded(values: np.ndarray) -> ForecastSet:
        values = values + 5e-7 * generator.normal(size=values.shape)
        return ForecastSet((ItemForecast("item_0", values[None]),), ("target_0",), (0.1, 0.5, 0.9))

    level = np.full((400, 3), 5.0)
    truth = rounded(level)
    found = agreement(history, rounded(level), rounded(level), truth)
    assert judge(found, extreme=False).status is Status.PASS
    crossed = level - [0.0, 0.02, 0.0]
    worse = crossed - [0.0, 4e-5, 0.0]
    truth = rounded(crossed)
    found = agreement(history, rounded(crossed), rounded(worse), truth)
    assert judge(found, extreme=False).status is Status.WARN  # those of eager cross too
    truth = rounded(level)
    wrong = level.copy()
    wrong[7, 1] += 4e-5
    judgement = judge(agreement(history, rounded(level), rounded(wrong), truth), extreme=False)
    assert judgement.status is Status.FAIL
    assert "cross 1 time" in judgement.sentence


def test_that_two_precisions_never_pass_and_fail_beyond_the_limit_of_the_compile_guide() -> None:
    half = dataclasses.replace(SOUND, max_relative=0.03, configured_error=0.03)
    found = judge_mixed(half)
    assert found.status is Status.WARN
    assert "Difference from float64: eager 0.000002, this 0.03." in found.sentence
    for fault in ({"missing_agree": False}, {"mean_absolute": 0.02, "relative_mean": 0.06}):
        assert judge_mixed(dataclasses.replace(half, **fault)).status is Status.FAIL


def test_that_a_policy_under_which_nothing_is_forecast_is_no_pass() -> None:
    nothing = flat(math.nan, math.nan)
    assert judge_policy(ITEMS, "clamp", nothing, nothing).status is Status.FAIL


def test_that_eager_is_judged_by_its_distance_from_float64() -> None:
    assert judge_eager(SOUND).status is Status.PASS
    far = dataclasses.replace(SOUND, configured_error=1e-3)
    assert judge_eager(far).status is Status.WARN
    nothing = dataclasses.replace(SOUND, configured_error=math.inf)
    assert judge_eager(nothing).status is Status.FAIL


def result(status: Status, group: Group = Group.STRESS, name: str = "x") -> CheckResult:
    return CheckResult(name, group, status, "Something was found.", 1.0, 2.0)


def test_that_nothing_at_all_fails() -> None:
    assert overall([], CAPTURED)[0] is Status.FAIL
    assert overall([result(Status.NOTED)], CAPTURED)[0] is Status.FAIL


def test_that_the_worst_result_decides() -> None:
    worst_last = [Status.NOTED, Status.PASS, Status.WARN, Status.NOT_RUN, Status.FAIL]
    for count in range(2, len(worst_last) + 1):
        results = [result(status) for status in worst_last[:count]]
        assert overall(results, CAPTURED)[0] is worst_last[count - 1]


def test_that_a_check_that_did_not_run_is_no_pass_unless_it_is_excused() -> None:
    for group in Group:
        missing = result(Status.NOT_RUN, group)
        assert overall([result(Status.PASS), missing], CAPTURED)[0] is Status.NOT_RUN
        excused = dataclasses.replace(missing, excused=True)
        assert overall([result(Status.PASS), excused], CAPTURED)[0] is Status.PASS


def test_that_the_verdict_names_the_check_that_decided() -> None:
    _, verdict = overall([result(Status.PASS), result(Status.FAIL, name="spike")], CAPTURED)
    assert "1 of 2 checks failed" in verdict
    assert "Spike: Something was found." in verdict
    _, verdict = overall([result(Status.FAIL, name="series SKU-a17")], CAPTURED)
    assert "Series SKU-a17: Something was found." in verdict


def straight(*levels: list[float]) -> ForecastSet:
    """Return a forecast of one item: the quantiles 0.1 and 0.9 of each step."""
    values = np.array(levels)[None]
    return ForecastSet((ItemForecast("item_0", values),), ("target_0",), (0.1, 0.9))


@pytest.mark.parametrize(
    ("compiled", "status", "words"),
    [
        ([50.0, 50.5], Status.PASS, "bit by bit"),
        ([50.0, 50.5 + 5e-5], Status.PASS, "(limit 0.0001)"),
        (
            [50.0, 50.5 + 5e-3],
            Status.WARN,
            "(item_0, target_0), 50 times the limit of 0.0001",
        ),
        ([50.0, math.nan], Status.FAIL, "NaN"),
        ([50.5, 50.0], Status.FAIL, "cross"),
        ([60.0, 60.5], Status.FAIL, "of the level"),
    ],
)
def test_that_without_float64_only_what_is_wrong_in_any_case_fails(
    compiled: list[float], status: Status, words: str
) -> None:
    history = series_set([np.array([0.0, 2.0] * 8)])
    eager = straight([50.0, 50.5])
    found = judge_unproven(history, eager, straight(compiled), exact=True)
    assert found.status is status
    assert words in found.sentence


def test_that_half_precision_may_cross_without_float64() -> None:
    history = series_set([np.array([0.0, 2.0] * 8)])
    eager, crossed = straight([50.0, 50.0]), straight([50.0002, 50.0])
    assert judge_unproven(history, eager, crossed, exact=True).status is Status.FAIL
    assert judge_unproven(history, eager, crossed, exact=False).status is Status.WARN
    # A crossing too small to matter in any use is no fault either.
    nearly = straight([50.00002, 50.0])
    assert judge_unproven(history, eager, nearly, exact=True).status is Status.PASS


def test_that_the_deciding_check_is_the_first_of_the_worst() -> None:
    excused = dataclasses.replace(result(Status.NOT_RUN, name="excused"), excused=True)
    passed, noted = result(Status.PASS, name="passed"), result(Status.NOTED, name="noted")
    first, second = result(Status.WARN, name="first"), result(Status.WARN, name="second")
    assert deciding([passed, noted, excused]) is None
    assert deciding([passed, excused, first, second]) is first
    failed = result(Status.FAIL, name="failed")
    assert deciding([first, result(Status.NOT_RUN), failed]) is failed


def test_that_an_automatic_policy_is_named_with_its_mode() -> None:
    automatic = CAPTURED.replace(small_values="auto")
    assert used(automatic) == "This configuration uses auto, which is clamp when compiled."
    eager = automatic.replace(enabled=False)
    assert used(eager) == "This configuration uses auto, which is keep when eager."
    assert used(CAPTURED.replace(small_values="rescale")) == "This configuration uses rescale."
