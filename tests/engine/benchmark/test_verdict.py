"""Verdicts on runs whose truth is known."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from engine.benchmark.calls import CacheState
from engine.benchmark.conditions import Conditions
from engine.benchmark.judging import words
from engine.benchmark.judging.statistics import Interval
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.totals import total_lines
from engine.benchmark.judging.verdict import Answer, Refusal, Verdict, answer_for, judge
from engine.benchmark.measurements import OutputCheck, Run, SideFacts
from engine.benchmark.setup import Side
from engine.benchmark.stages import wanted_starts
from engine.config.settings import CompileConfig
from engine.results.judgement import Status
from tests.support.making_runs import (
    MODEL,
    PROOF,
    SETUP,
    alternating_calls,
    complete_run,
    start,
    timed_call,
)


def verdict_on(run: Run) -> Verdict:
    return judge(run, summarise(run))


def with_compiled_side(**changes: Any) -> Run:
    facts = dataclasses.replace(SideFacts(Side.B, MODEL, PROOF), **changes)
    return complete_run(facts=(SideFacts(Side.A, MODEL), facts))


def test_that_a_faster_compile_is_recommended_with_its_interval_and_its_price() -> None:
    found = verdict_on(complete_run(1.3, noise=0.0))
    assert found.answer is Answer.B_FASTER
    assert found.sentence.startswith(
        "Use compiled. It is 1.30x as fast as eager (95 % interval 1.30–1.30). "
    )
    # 20 seconds of start are earned at 10 ms (1 - 1 / 1.3) a call.
    assert (
        "Starting compiled takes 20 s longer, earned back after 8,700 calls of 4 series."
        in found.sentence
    )
    assert "60 rounds" in found.paragraph


@pytest.mark.parametrize(
    ("speed", "answer"),
    [
        (1.0, Answer.NO_DIFFERENCE),
        (1.01, Answer.NO_DIFFERENCE),
        (0.8, Answer.A_FASTER),
        (1.05, Answer.B_FASTER),
    ],
)
def test_that_the_margin_decides_what_is_a_difference(speed: float, answer: Answer) -> None:
    found = verdict_on(complete_run(speed))
    assert found.answer is answer
    assert found.sentence.startswith("Use compiled" if speed > 1.02 else "Keep eager")


def test_that_a_slower_compile_is_not_said_to_pay_back() -> None:
    assert "earned back" not in verdict_on(complete_run(0.8)).sentence


def test_that_a_compile_that_pays_too_late_is_not_recommended() -> None:
    seldom = dataclasses.replace(SETUP, calls_per_hour=10.0)
    found = verdict_on(complete_run(1.3, setup=seldom))
    assert found.answer is Answer.B_FASTER
    assert found.sentence.startswith("Keep eager")
    assert "36 days at 10 calls an hour" in found.sentence
    often = dataclasses.replace(SETUP, calls_per_hour=36_000.0)
    assert verdict_on(complete_run(1.3, setup=often)).sentence.startswith("Use compiled")


def test_that_a_compile_that_pays_too_late_is_not_kept_either() -> None:
    """Swap the sides of the test above."""
    a, b = SETUP.configs
    swapped = dataclasses.replace(SETUP, configs=(b, a), names=("compiled", "eager"))
    starts = (start(Side.A, CacheState.COLD, 30.0), start(Side.B, CacheState.NONE, 0.1))
    run = complete_run(1 / 1.3, starts=starts)
    checked = dataclasses.replace(run.outputs[0], side=Side.A)
    facts = tuple(
        dataclasses.replace(one, side=side, proof=PROOF if side is Side.A else None)
        for one, side in zip(run.facts, (Side.B, Side.A), strict=True)
    )
    run = dataclasses.replace(run, outputs=(checked,), facts=facts)
    for rate, sentence in ((10.0, "Use eager. "), (36_000.0, "Keep compiled. ")):
        setup = dataclasses.replace(swapped, calls_per_hour=rate)
        found = verdict_on(dataclasses.replace(run, setup=setup))
        assert found.answer is Answer.A_FASTER
        assert found.sentence.startswith(sentence)
        assert "Starting compiled takes 29.9 s longer, earned back after" in found.sentence


def test_that_a_noisy_machine_gets_no_verdict() -> None:
    found = verdict_on(complete_run(1.0, noise=0.5))
    assert found.answer is Answer.REFUSED
    assert "too noisy" in found.sentence


def test_that_an_interval_that_reaches_into_the_margin_decides_only_if_it_is_narrow() -> None:
    assert answer_for(Interval(1.025, 1.015, 1.035), 0.02) is Answer.B_FASTER
    assert answer_for(Interval(1.025, 1.006, 1.044), 0.02) is Answer.REFUSED
    assert answer_for(Interval(0.979, 0.962, 0.997), 0.02) is Answer.REFUSED
    assert answer_for(Interval(1.0, 0.985, 1.015), 0.02) is Answer.NO_DIFFERENCE


def test_that_a_large_difference_is_seen_on_a_noisy_machine() -> None:
    assert verdict_on(complete_run(2.0, noise=0.3)).answer is Answer.B_FASTER


def test_that_a_fallback_voids_the_verdict_and_is_named() -> None:
    run = with_compiled_side(fallback="The compiled model failed: boom.", fallback_call=19)
    found = verdict_on(run)
    assert found.answer is Answer.REFUSED
    assert "compiled fell back to eager in call 20. The compiled model failed: boom." in (
        found.sentence
    )


def test_that_a_compile_that_does_nothing_is_named() -> None:
    idle = dataclasses.replace(PROOF, graph_runs=0, uncompiled_calls=100)
    found = verdict_on(with_compiled_side(proof=idle))
    assert found.answer is Answer.REFUSED
    assert "No call of compiled ran compiled code (0 of 100)." in found.sentence


def test_that_a_compile_that_ran_now_and_then_is_named() -> None:
    partly = dataclasses.replace(PROOF, uncompiled_calls=7)
    assert (
        "7 of 100 calls of compiled ran eager code"
        in verdict_on(with_compiled_side(proof=partly)).sentence
    )


def test_that_forecasts_that_differ_void_the_verdict() -> None:
    apart = OutputCheck(Side.B, Status.FAIL, "Largest difference: 0.3 standard deviations.", 0.3)
    found = verdict_on(complete_run(outputs=(apart,)))
    assert found.answer is Answer.REFUSED
    assert "0.3 standard deviations" in found.sentence
    assert verdict_on(complete_run(outputs=())).answer is Answer.REFUSED


def test_that_a_refusal_says_whether_more_time_might_help() -> None:
    fallen = with_compiled_side(fallback="The compiled model failed: boom.", fallback_call=19)
    apart = OutputCheck(Side.B, Status.FAIL, "Largest difference: 0.3 standard deviations.", 0.3)
    for run, why in (
        (complete_run(1.3), None),
        (fallen, Refusal.FAULT),
        (complete_run(outputs=(apart,)), Refusal.FAULT),
        (complete_run(facts=()), Refusal.UNKNOWN),
        (complete_run(outputs=()), Refusal.UNKNOWN),
        (complete_run(rounds=7), Refusal.TIME),
        (complete_run(1.0, noise=0.5), Refusal.TIME),
    ):
        assert verdict_on(run).refusal is why


@pytest.mark.parametrize("speed", [1.5, 0.7])
def test_that_total_times_are_equal_where_the_start_is_paid_back(speed: float) -> None:
    slow, quick = 1.0, 0.1
    first_calls = (quick, slow) if speed > 1 else (slow, quick)
    starts = (
        start(Side.A, CacheState.NONE, first_calls[0]),
        start(Side.B, CacheState.WARM, first_calls[1]),
    )
    run = complete_run(speed, noise=0.3, starts=starts)
    summary = summarise(run)
    assert summary.warm is not None
    calls = summary.warm.calls.value
    assert calls > 0
    totals = [line.start + calls * line.call for line in total_lines(run, summary)]
    assert totals[0] == pytest.approx(totals[1])


def test_that_bfloat16_is_named_only_where_it_would_do_more() -> None:
    check = OutputCheck(
        Side.BFLOAT16,
        Status.WARN,
        "Half precision. Largest difference: 0.01 standard deviations.",
        0.01,
    )

    def sentence(bfloat16_speed: float) -> str:
        run = complete_run(1.1)
        calls = alternating_calls(np.full(32, 0.01), bfloat16_speed, Side.BFLOAT16, first=100)
        outputs = (*run.outputs, check)
        run = dataclasses.replace(run, calls=(*run.calls, *calls), outputs=outputs)
        return verdict_on(run).sentence

    assert (
        "Eager in bfloat16 is 3.4x as fast. Its forecasts differ by up to 0.01 standard deviations."
        in sentence(3.4)
    )
    assert "bfloat16" not in sentence(1.05)


def test_that_a_run_that_was_stopped_is_marked_and_keeps_its_figures() -> None:
    found = verdict_on(complete_run(1.3, complete=False))
    assert not found.complete
    assert found.sentence.startswith("The run stopped early.")
    assert "1.30x" in found.sentence


def test_that_a_run_without_rounds_is_refused_and_not_an_error() -> None:
    found = verdict_on(complete_run(calls=(), complete=False))
    assert found.answer is Answer.REFUSED
    assert "A verdict needs 24 rounds of calls." in found.sentence


def test_that_too_few_rounds_on_a_busy_machine_are_explained_by_it() -> None:
    busy = Conditions(1.0, 3.0, 1.0, 0.0, "", None, None, None, None, ())
    found = verdict_on(complete_run(rounds=5, conditions=busy))
    assert "There was time for 5." in found.sentence
    assert "The machine was busy: close other programs, or run longer." in found.sentence
    assert any("used 1.0 cores" in str(warning) for warning in found.warnings)


def test_that_changed_small_values_are_reported_once_for_all_sides() -> None:
    facts = tuple(SideFacts(side, MODEL, PROOF, changed_values=6410) for side in Side)
    for policy in ("clamp", "rescale"):
        a, b = (one.replace(small_values=policy) for one in SETUP.configs)
        setup = dataclasses.replace(SETUP, configs=(a, b))
        found = verdict_on(dataclasses.replace(complete_run(1.3, facts=facts), setup=setup))
        (warning,) = (one for one in found.warnings if "changed" in one.what)
        assert f"The small-value policy {policy} changed 6,410 values" in warning.what
        assert "of the input of eager, compiled, bfloat16 eager" in warning.what
        assert ("set CHRONOS_SMALL_VALUES" in warning.remedy) == (policy == "clamp")


def test_that_a_loose_ratio_is_said_to_be_one() -> None:
    loose = verdict_on(complete_run(2.0, noise=0.5))
    assert loose.answer is Answer.B_FASTER
    assert loose.caveats
    assert "The interval is wide." in loose.sentence
    assert not verdict_on(complete_run(2.0)).caveats


def test_that_values_that_were_set_to_zero_limit_the_answer() -> None:
    found = verdict_on(with_compiled_side(changed_values=6410))
    assert found.answer is Answer.B_FASTER
    assert "6,410 values of the input were set to 0" in found.sentence
    rescaled = dataclasses.replace(
        SETUP, configs=(SETUP.configs[0], SETUP.configs[1].replace(small_values="rescale"))
    )
    run = dataclasses.replace(with_compiled_side(changed_values=6410), setup=rescaled)
    assert not verdict_on(run).caveats


@pytest.mark.parametrize("backend", ["aot_eager", "cudagraphs"])
def test_that_a_backend_that_generates_nothing_limits_the_answer(backend: str) -> None:
    found = verdict_on(with_compiled_side(proof=dataclasses.replace(PROOF, backend=backend)))
    assert "generates no code" in found.sentence
    assert any("generates no code" in warning.what for warning in found.warnings)


def test_that_a_run_stopped_during_its_rounds_gets_no_verdict() -> None:
    found = verdict_on(complete_run(1.3, complete=False, ended=""))
    assert found.answer is Answer.REFUSED
    assert found.refusal is Refusal.UNKNOWN
    assert found.sentence.startswith("The run stopped early.")
    assert "1.30x" in found.sentence
    assert "decides nothing" in found.sentence


def test_that_a_run_that_failed_is_not_said_to_have_been_stopped() -> None:
    run = complete_run(1.3, complete=False, failure="The worker ended with signal 11.")
    found = verdict_on(run)
    assert (found.answer, found.refusal) == (Answer.REFUSED, Refusal.FAULT)
    assert found.sentence == "The run failed. No verdict. The worker ended with signal 11."


def test_that_a_start_that_fell_back_is_reported_and_not_earned_back() -> None:
    fell_back = dataclasses.replace(start(Side.B, CacheState.COLD, 0.03), fallback="No compiler.")
    starts = (start(Side.A, CacheState.NONE, 0.02), fell_back, start(Side.B, CacheState.WARM, 5.0))
    run = complete_run(1.3, noise=0.0, starts=starts)
    summary = summarise(run)
    assert summary.cold is None
    assert summary.warm is not None
    found = verdict_on(run)
    assert "earned back after 2," in found.sentence
    assert any("fell back to eager. No compiler." in str(one) for one in found.warnings)
    assert CacheState.COLD not in {line.cache for line in total_lines(run, summary)}


def test_that_a_side_that_is_faster_and_starts_sooner_is_said_to_do_both() -> None:
    found = verdict_on(complete_run(0.5, noise=0.0))
    assert "Cold start: the faster side also starts 20 s sooner." in found.paragraph


def test_that_the_start_of_an_artifact_is_neither_cold_nor_warm() -> None:
    starts = (start(Side.A, CacheState.NONE, 0.02), start(Side.B, CacheState.AHEAD, 1.0))
    run = complete_run(1.3, noise=0.0, starts=starts)
    summary = summarise(run)
    assert (summary.cold, summary.warm) == (None, None)
    found = verdict_on(run)
    assert "earned back after" in found.sentence
    assert "Start ahead of time: the faster side takes" in found.paragraph
    assert "Cold start" not in found.paragraph


def test_that_an_artifact_is_started_once() -> None:
    artifact = CompileConfig(enabled=True, encoder="fused", artifact="/code")
    assert wanted_starts({Side.A: CompileConfig(enabled=True), Side.B: artifact}) == (
        (Side.A, CacheState.COLD),
        (Side.A, CacheState.WARM),
        (Side.B, CacheState.AHEAD),
    )


def test_that_a_warm_up_without_steady_calls_is_reported() -> None:
    falling = tuple(timed_call(Side.B, 0.8**number) for number in range(20))
    warned = [
        any("of compiled were not steady." in str(one) for one in verdict_on(run).warnings)
        for warm_up in (falling, ())
        for run in [complete_run(calls=(*complete_run().calls, *warm_up))]
    ]
    assert warned == [True, False]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.9996, "1 s"),
        (0.9994, "999 ms"),
        (999.7, "1,000 s"),
        (12_345.0, "12,345 s"),
        (9.9999e-5, "0.1 ms"),
        (5e-5, "50 µs"),
    ],
)
def test_that_a_time_is_rounded_before_its_unit_is_chosen(value: float, text: str) -> None:
    assert words.seconds(value) == text
