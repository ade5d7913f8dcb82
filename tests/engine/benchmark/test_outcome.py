"""The parent's copy of a run, wherever its events end."""

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
from tests.support.making_runs import SETUP, complete_run, turns


def told() -> list[events.Event]:
    """The events of a whole benchmark."""
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


def test_that_the_copy_has_the_same_figures() -> None:
    recording = BenchmarkOutcome()
    for event in told():
        recording.handle(event)
    assert recording.run is not None
    assert recording.run.complete
    assert summarise(recording.run) == summarise(complete_run())


def test_that_no_sample_is_lost_wherever_the_events_end() -> None:
    every = told()
    for end in range(2, len(every) - 2):
        recording = BenchmarkOutcome()
        for event in every[:end]:
            recording.handle(event)
        run = recording.run
        assert run is not None
        assert not run.complete
        kept = [event.call for event in every[:end] if isinstance(event, CallTimed)]
        assert list(run.calls) == kept
        judge(run, summarise(run))


def test_that_a_side_described_anew_replaces_what_was_known() -> None:
    recording = BenchmarkOutcome()
    recording.handle(BenchmarkBegan(SETUP))
    for facts in (*complete_run().facts, *complete_run().facts):
        recording.handle(SideDescribed(facts))
    assert recording.run is not None
    assert len(recording.run.facts) == 2


def test_that_samples_of_turns_keep_their_order() -> None:
    recording = BenchmarkOutcome()
    recording.handle(BenchmarkBegan(SETUP))
    samples = turns(np.arange(1, 9) / 100, 1.0)
    for sample in samples:
        recording.handle(CallTimed(sample))
    assert recording.run is not None
    assert list(recording.run.calls) == samples
