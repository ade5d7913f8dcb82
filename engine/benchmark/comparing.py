"""Compare two runs: say whether their ratios of speed differ. Pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from engine.benchmark.judging import words
from engine.benchmark.judging.statistics import (
    RESAMPLES,
    SEED,
    SMALL_SAMPLE,
    Interval,
    Values,
    log_ratios,
    steady_seconds,
    tails,
    trimmed_mean,
)
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import Refusal, refused
from engine.benchmark.judging.warnings import is_busy
from engine.benchmark.measurements import Run
from engine.benchmark.setup import Side


@dataclass(frozen=True, slots=True)
class Change:
    """The change of a figure from an earlier run to a later one.

    Attributes:
        figure: The name of the figure.
        ratio: The later figure over the earlier one.
        differs: Whether the whole interval lies beyond the margin around 1.
        same: Whether the whole interval lies within the margin. If neither holds, the runs are too
            noisy to tell.
    """

    figure: str
    ratio: Interval
    differs: bool
    same: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A circumstance or a time that is not the same in both runs.

    Attributes:
        what: Its name.
        earlier: Its value in the earlier run.
        later: Its value in the later run.
    """

    what: str
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class RunComparison:
    """The comparison of two runs.

    Attributes:
        change: The change of the speed of B relative to A; None if the runs are not comparable.
        times: The median times of calls. They are reported, not judged: the load of the machine
            cancels in a ratio within a run, but not between two runs.
        circumstances: The differences in machine, versions, settings and data.
        sentence: The answer.
    """

    change: Change | None
    times: tuple[Difference, ...]
    circumstances: tuple[Difference, ...]
    sentence: str


def compare_runs(one: Run, other: Run) -> RunComparison:
    """Compare two runs, in any order."""
    earlier, later = sorted((one, other), key=lambda run: datetime.fromisoformat(run.setup.began))
    different = tuple(circumstances(earlier, later))
    times = tuple(_call_times(earlier, later))
    obstacle = _incomparable(earlier, later)
    if obstacle:
        return RunComparison(None, times, different, obstacle)
    margin = max(earlier.setup.margin, later.setup.margin)
    a, b = later.setup.names
    figure = f"speed of {b} relative to {a}"
    found = change(figure, log_ratios(earlier.calls), log_ratios(later.calls), margin)
    return RunComparison(found, times, different, answer(found, different))


def _incomparable(earlier: Run, later: Run) -> str:
    """Return why the ratios of two runs are not comparable; empty if they are."""
    for which, run in (("earlier", earlier), ("later", later)):
        refusal, causes = refused(run, summarise(run))
        if refusal in {Refusal.FAULT, Refusal.UNKNOWN} or len(log_ratios(run.calls)) < 2:
            return f"The {which} run has no verdict: ratios are not comparable. {' '.join(causes)}"
    if (earlier.setup.data, earlier.setup.shape) != (later.setup.data, later.setup.shape):
        return "Different data or shape: ratios are not comparable."
    return ""


def _call_times(earlier: Run, later: Run) -> Iterator[Difference]:
    """Yield the median times of a call of each side."""
    for side in (Side.A, Side.B):
        calls = [steady_seconds(run.calls, side) for run in (earlier, later)]
        if all(map(len, calls)):
            times = (words.seconds(float(np.median(seconds))) for seconds in calls)
            yield Difference(f"time of a call of {later.setup.name(side)}", *times)


def change(figure: str, earlier: Values, later: Values, margin: float) -> Change:
    """Return the change of a figure, from log ratios of the rounds of both runs.

    Args:
        figure: The name of the figure.
        earlier: Shape (rounds,).
        later: Shape (rounds,).
        margin: Ratios within 1 +- this count as the same.
    """
    generator = np.random.default_rng(SEED)
    centre = float(trimmed_mean(later) - trimmed_mean(earlier))
    resampled = [
        trimmed_mean(values[generator.integers(0, len(values), (RESAMPLES, len(values)))])
        for values in (earlier, later)
    ]
    low, high = np.quantile(resampled[1] - resampled[0], tails())
    wider = 1 + SMALL_SAMPLE / min(len(earlier), len(later))
    ends = (centre, centre + wider * (low - centre), centre + wider * (high - centre))
    ratio = Interval(*(float(np.exp(end)) for end in ends))
    least, most = 1 / (1 + margin), 1 + margin
    differs = ratio.low > most or ratio.high < least
    return Change(figure, ratio, differs, same=ratio.low >= least and ratio.high <= most)


def circumstances(earlier: Run, later: Run) -> Iterator[Difference]:
    """Yield the differences in machine, versions, settings and data."""
    one, other = _described(earlier), _described(later)
    for what in dict.fromkeys((*one, *other)):
        found, found_later = one.get(what, "unknown"), other.get(what, "unknown")
        if found != found_later:
            yield Difference(what, found, found_later)
    for index, side in enumerate("AB"):
        before, after = (run.setup.configs[index].to_env() for run in (earlier, later))
        for name, text in before.items():
            if text != after[name]:
                yield Difference(f"{name} of {side}", text, after[name])


def _described(run: Run) -> dict[str, str]:
    """Return what decides about figures beside settings, by name."""
    machine, facts = run.machine, run.facts_of(Side.A)
    found = {"data": run.setup.data, "shape": str(run.setup.shape)}
    if machine is not None:
        found |= machine.causes_of_change
        found |= {
            "cores": str(machine.cores),
            "Python": machine.python,
            "system": machine.system,
        }
    if facts is not None:
        found["device"] = facts.model.device
    return found | {"other programs": others(run)}


def others(run: Run) -> str:
    """Say whether other programs used the machine."""
    if run.conditions is None or run.conditions.busy_others is None:
        return "unknown"
    return "busy" if is_busy(run.conditions) else "idle"


def answer(found: Change, different: tuple[Difference, ...]) -> str:
    """Return the answer, with the differing circumstances."""
    also = ""
    if different:
        also = f" Also different: {', '.join(one.what for one in different)}."
    if found.differs:
        return (
            f"The runs differ: the later {found.figure} is {found.ratio.value:.2f} times the "
            f"earlier one ({words.interval(found.ratio)}).{also}"
        )
    if found.same:
        return f"The runs do not differ.{also}"
    return f"Too noisy to tell whether the runs differ.{also}"
