"""The outcome of a benchmark, wherever its events end."""

import numpy as np

from engine.benchmark.events import (
    BenchmarkBegan,
    Benchmarked,
    CallTimed,
    OutputCompared,
    SideDescribed,
    StartMeasured,
)
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import judge
from engine.benchmark.outcome import BenchmarkOutcome
from engine.runtime import events
from tests.support.making_runs import SETUP, alternating_calls, complete_run


def events_of_a_run() -> list[events.Event]:
    """Return the events of a complete benchmark."""
    run = complete_run()
    summary = summarise(run)
    return [
        events.Progress("Reading"),
        BenchmarkBegan(SETUP),
        *(StartMeasured(one) for one in run.starts),
        *(SideDescribed(one) for one in run.facts),
        *(OutputCompared(one) for one in run.outputs),
        *(CallTimed(one) for one in run.calls),
        Benchmarked(summary, judge(run, summary)),
        events.Finished(),
    ]


def test_that_the_outcome_has_the_same_figures() -> None:
    outcome = BenchmarkOutcome()
    for event in events_of_a_run():
        outcome.handle(event)
    assert outcome.run is not None
    assert outcome.run.complete
    assert summarise(outcome.run) == summarise(complete_run())


def test_that_no_call_is_lost_wherever_the_events_end() -> None:
    every = events_of_a_run()
    for end in range(2, len(every) - 2):
        outcome = BenchmarkOutcome()
        for event in every[:end]:
            outcome.handle(event)
        run = outcome.run
        assert run is not None
        assert not run.complete
        timed = [event.call for event in every[:end] if isinstance(event, CallTimed)]
        assert list(run.calls) == timed
        judge(run, summarise(run))


def test_that_a_side_described_anew_replaces_what_was_known() -> None:
    outcome = BenchmarkOutcome()
    outcome.handle(BenchmarkBegan(SETUP))
    for facts in (*complete_run().facts, *complete_run().facts):
        outcome.handle(SideDescribed(facts))
    assert outcome.run is not None
    assert len(outcome.run.facts) == 2


def test_that_calls_keep_their_order() -> None:
    outcome = BenchmarkOutcome()
    outcome.handle(BenchmarkBegan(SETUP))
    calls = alternating_calls(np.arange(1, 9) / 100, 1.0)
    for call in calls:
        outcome.handle(CallTimed(call))
    assert outcome.run is not None
    assert list(outcome.run.calls) == calls
