"""The parent's copy of a run, wherever its events end."""

import numpy as np
from making_runs import SETUP, complete_run, turns

from engine import events
from engine.benchmark.recording import Recording
from engine.benchmark.summary import summarise
from engine.benchmark.verdict import judge


def told() -> list[events.Event]:
    """The events of a whole benchmark."""
    run = complete_run()
    summary = summarise(run)
    return [
        events.Progress("Reading"),
        events.BenchmarkBegan(SETUP),
        *(events.StartMeasured(one) for one in run.starts),
        *(events.SideDescribed(one) for one in run.facts),
        *(events.OutputCompared(one) for one in run.outputs),
        *(events.SampleTaken(one) for one in run.samples),
        events.Benchmarked(summary, judge(run, summary)),
        events.Finished(),
    ]


def test_that_the_copy_has_the_same_figures() -> None:
    recording = Recording()
    for event in told():
        recording.take(event)
    assert recording.run is not None
    assert recording.run.complete
    assert summarise(recording.run) == summarise(complete_run())


def test_that_no_sample_is_lost_wherever_the_events_end() -> None:
    every = told()
    for end in range(2, len(every) - 2):
        recording = Recording()
        for event in every[:end]:
            recording.take(event)
        run = recording.run
        assert run is not None
        assert not run.complete
        kept = [event.sample for event in every[:end] if isinstance(event, events.SampleTaken)]
        assert list(run.samples) == kept
        judge(run, summarise(run))


def test_that_a_side_described_anew_replaces_what_was_known() -> None:
    recording = Recording()
    recording.take(events.BenchmarkBegan(SETUP))
    for facts in (*complete_run().facts, *complete_run().facts):
        recording.take(events.SideDescribed(facts))
    assert recording.run is not None
    assert len(recording.run.facts) == 2


def test_that_samples_of_turns_keep_their_order() -> None:
    recording = Recording()
    recording.take(events.BenchmarkBegan(SETUP))
    samples = turns(np.arange(1, 9) / 100, 1.0)
    for sample in samples:
        recording.take(events.SampleTaken(sample))
    assert recording.run is not None
    assert list(recording.run.samples) == samples
