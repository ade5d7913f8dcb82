"""The order of calls, and the reasons to stop."""

from collections.abc import Callable
from itertools import count
from time import perf_counter, sleep

import numpy as np
import pytest

from engine.base.errors import Cancelled
from engine.benchmark.calls import Call, Phase
from engine.benchmark.judging.statistics import log_ratios, ratio
from engine.benchmark.judging.verdict import Answer, answer_for
from engine.benchmark.measuring.rounds import (
    FELL_BACK,
    INPUTS,
    LEAST_ROUNDS,
    MOST_WARM_UP_CALLS,
    NARROW,
    OUT_OF_TIME,
    CallTiming,
    Rounds,
    is_warm,
)
from engine.benchmark.setup import Side
from engine.results.call_split import CallSplit

SPLIT = CallSplit(0.0, 1.0, 0.0)


class PlannedCalls:
    """A caller that reports planned durations at once."""

    def __init__(self, seconds: Callable[[Side, int], float], fallback_at: int = -1) -> None:
        self.calls: list[tuple[Side, int]] = []
        self._seconds = seconds
        self._fallback_at = fallback_at
        self._numbers = {side: count() for side in Side}

    def call(self, side: Side, input: int) -> CallTiming:  # noqa: A002  as in `Caller`
        self.calls.append((side, input))
        number = next(self._numbers[side])
        fallback = "boom" if side is Side.B and number >= self._fallback_at >= 0 else ""
        return CallTiming(self._seconds(side, number), SPLIT, 0, fallback)


def rounds_of(caller: PlannedCalls, seconds: float = 30.0) -> Rounds:
    return Rounds(caller=caller, margin=0.02, deadline=perf_counter() + seconds)


def test_that_both_sides_of_a_round_get_the_same_inputs() -> None:
    caller = PlannedCalls(lambda _side, _number: 0.01)
    made = rounds_of(caller)
    assert made.time_rounds() == NARROW
    sides = [side for side, _ in caller.calls]
    a, b = Side.A, Side.B
    orders = {tuple(sides[first : first + 4]) for first in range(0, len(sides), 4)}
    assert orders == {(a, b, b, a), (b, a, a, b)}
    assert len(sides) >= 4 * LEAST_ROUNDS
    for first in range(0, len(sides), 4):
        four = caller.calls[first : first + 4]
        inputs = {side: sorted(index for who, index in four if who is side) for side in (a, b)}
        assert inputs[a] == inputs[b]
        assert len(set(inputs[a])) == 2
    assert {index for _, index in caller.calls} == set(range(INPUTS))


@pytest.mark.parametrize("period", [2, 3, 4, 8])
def test_that_a_disturbance_that_comes_back_favours_no_side(period: int) -> None:
    calls = count()
    generator = np.random.default_rng(2)

    def disturbed(_side: Side, _number: int) -> float:
        slow = next(calls) % period == 0
        return float((1.3 if slow else 1.0) * generator.lognormal(0, 0.05))

    made = rounds_of(PlannedCalls(disturbed))
    made.time_rounds()
    found = ratio(log_ratios(made.calls))
    assert found is not None
    assert found.value == pytest.approx(1, abs=0.02)


def test_that_an_interval_that_stays_wide_ends_with_the_time() -> None:
    generator = np.random.default_rng(0)

    def wild(_side: Side, _number: int) -> float:
        sleep(0.002)
        return float(generator.lognormal(0, 1))

    made = rounds_of(PlannedCalls(wild), seconds=1.0)
    assert made.time_rounds() == OUT_OF_TIME


def test_that_a_fallback_ends_the_rounds_and_is_numbered() -> None:
    made = rounds_of(PlannedCalls(lambda _side, _number: 0.01, fallback_at=19))
    assert made.time_rounds() == FELL_BACK
    assert made.fallbacks == {Side.B: ("boom", 19)}
    assert sum(one.side is Side.B for one in made.calls) <= 22


def test_that_warm_up_is_reported_and_ends_when_calls_are_steady() -> None:
    caller = PlannedCalls(lambda _side, number: [5.0, 4.0, 3.0, 2.0][number] if number < 4 else 1.0)
    made = rounds_of(caller)
    made.warm_up(Side.B)
    phases = [one.phase for one in made.calls]
    assert phases[0] is Phase.FIRST
    assert set(phases[1:]) == {Phase.WARM_UP}
    assert [one.seconds for one in made.calls[-4:]] == [1.0] * 4
    assert len(phases) < MOST_WARM_UP_CALLS


def test_that_a_side_that_never_gets_steady_does_not_warm_up_for_ever() -> None:
    made = rounds_of(PlannedCalls(lambda _side, number: 0.8**number))
    made.warm_up(Side.A)
    assert len(made.calls) == MOST_WARM_UP_CALLS


def test_that_a_side_warms_up_though_all_time_was_spent_before() -> None:
    caller = PlannedCalls(lambda _side, number: 0.01 if number > 8 else 1.0 / (1 + number))
    made = rounds_of(caller, seconds=-60.0)
    made.warm_up(Side.B)
    assert is_warm(made.calls, Side.B)


def test_that_a_cancel_stops_between_calls_and_keeps_those_before() -> None:
    reported: list[Call] = []
    made = rounds_of(PlannedCalls(lambda _side, _number: 0.01))
    made.called = reported.append

    def cancel_after_ten() -> None:
        if len(reported) == 10:
            raise Cancelled

    made.check_cancelled = cancel_after_ten
    with pytest.raises(Cancelled):
        made.time_rounds()
    assert reported == made.calls
    assert len(reported) == 10


def test_that_looking_again_and_again_finds_no_difference_where_there_is_none() -> None:
    generator = np.random.default_rng(7)
    claims = 0
    for _ in range(40):
        made = rounds_of(PlannedCalls(lambda _side, _number: float(generator.lognormal(0, 0.04))))
        made.time_rounds()
        found = ratio(log_ratios(made.calls))
        assert found is not None
        claims += answer_for(found, made.margin) in {Answer.A_FASTER, Answer.B_FASTER}
    assert claims == 0
