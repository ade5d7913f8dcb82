"""Whether two runs differ: a ratio of each figure, with its interval. Pure functions."""

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
    """A figure of a later run over that of an earlier one.

    Attributes:
        figure: What was compared, for people.
        ratio: Later over earlier.
        differs: Whether all of the interval is beyond the margin around 1.
        same: Whether all of it is within the margin; where neither holds, it cannot be told.
    """

    figure: str
    ratio: Interval
    differs: bool
    same: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that was not the same in both runs.

    Attributes:
        what: What it is.
        earlier: How it was.
        later: How it is.
    """

    what: str
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs side by side.

    Attributes:
        change: How the speed of B relative to A has changed; None where that cannot be asked.
        times: How long calls took. They are told and not judged: what else the machine did
            decides about them, which turns cancel in a ratio within a run, and nothing between
            two.
        circumstances: What was different about machine, versions, settings and data.
        sentence: The answer.
    """

    change: Change | None
    times: tuple[Difference, ...]
    circumstances: tuple[Difference, ...]
    sentence: str


def compare_runs(one: Run, other: Run) -> RunComparison:
    """Compares two runs, the earlier of which may be given first or last."""
    earlier, later = sorted((one, other), key=lambda run: datetime.fromisoformat(run.setup.began))
    different = tuple(circumstances(earlier, later))
    times = tuple(call_times(earlier, later))
    obstacle = incomparable(earlier, later)
    if obstacle:
        return RunComparison(None, times, different, obstacle)
    margin = max(earlier.setup.margin, later.setup.margin)
    a, b = later.setup.names
    figure = f"speed of {b} relative to {a}"
    found = change(figure, log_ratios(earlier.calls), log_ratios(later.calls), margin)
    return RunComparison(found, times, different, answer(found, different))


def incomparable(earlier: Run, later: Run) -> str:
    """Why speeds of two runs say nothing about each other; empty where they do."""
    for which, run in (("earlier", earlier), ("later", later)):
        refusal, causes = refused(run, summarise(run))
        if refusal in {Refusal.FAULT, Refusal.UNKNOWN} or len(log_ratios(run.calls)) < 2:
            return f"The {which} run has no verdict, so nothing is compared. {' '.join(causes)}"
    if (earlier.setup.data, earlier.setup.shape) != (later.setup.data, later.setup.shape):
        return "The runs are not of the same data in the same shape, so nothing is compared."
    return ""


def call_times(earlier: Run, later: Run) -> Iterator[Difference]:
    """The median times of a call of each side."""
    for side in (Side.A, Side.B):
        medians = [steady_seconds(run.calls, side) for run in (earlier, later)]
        if all(map(len, medians)):
            told = (words.seconds(float(np.median(seconds))) for seconds in medians)
            yield Difference(f"time of a call of {later.setup.name(side)}", *told)


def change(figure: str, earlier: Values, later: Values, margin: float) -> Change:
    """The ratio of two figures, from the logs of their samples.

    Args:
        figure: What they are.
        earlier: Shape (samples,).
        later: Shape (samples,).
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
    """What was not the same."""
    for (what, one), (_, other) in zip(described(earlier), described(later), strict=True):
        if one != other:
            yield Difference(what, one, other)
    for place, side in enumerate("AB"):
        before, after = (run.setup.configs[place].to_env() for run in (earlier, later))
        for name, text in before.items():
            if text != after[name]:
                yield Difference(f"{name} of {side}", text, after[name])


def described(run: Run) -> list[tuple[str, str]]:
    """What a run's figures depend on beside its settings."""
    machine, facts = run.machine, run.facts_of(Side.A)
    return [
        ("data", run.setup.data),
        ("shape", str(run.setup.shape)),
        ("processor", machine.processor if machine else "unknown"),
        ("cores", str(machine.cores) if machine else "unknown"),
        ("GPU", ", ".join(gpu.name for gpu in machine.gpus) if machine else "unknown"),
        ("torch", machine.torch if machine else "unknown"),
        ("chronos-forecasting", machine.chronos if machine else "unknown"),
        ("transformers", machine.transformers if machine else "unknown"),
        ("Python", machine.python if machine else "unknown"),
        ("system", machine.system if machine else "unknown"),
        ("device", facts.model.device if facts else "unknown"),
        ("other programs", others(run)),
    ]


def others(run: Run) -> str:
    """Whether other programs kept the machine at work."""
    if run.conditions is None or run.conditions.busy_others is None:
        return "unknown"
    return "at work" if is_busy(run.conditions) else "at rest"


def answer(found: Change, different: tuple[Difference, ...]) -> str:
    """Whether the later run differs, one sentence."""
    because = ""
    if different:
        because = f" Not the same in both: {', '.join(one.what for one in different)}."
    if found.differs:
        return (
            f"The later run differs: the {found.figure} is {found.ratio.value:.2f} times what it "
            f"was ({found.ratio.low:.2f}-{found.ratio.high:.2f}).{because}"
        )
    if found.same:
        return f"The later run does not differ from the earlier one.{because}"
    return (
        "It cannot be told whether the later run differs: a run was too noisy or too short."
        f"{because}"
    )
