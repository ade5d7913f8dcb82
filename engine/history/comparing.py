"""Whether two runs differ: a ratio of each figure, with its interval. Pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.benchmark.samples import Run, Side
from engine.benchmark.statistics import (
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
        changes: Figures that both have.
        circumstances: What was different about machine, versions, settings and data.
        sentence: The answer.
    """

    changes: tuple[Change, ...]
    circumstances: tuple[Difference, ...]
    sentence: str


def compare_runs(earlier: Run, later: Run) -> RunComparison:
    """Compares two runs; the calls are not paired, so both are resampled on their own."""
    margin = max(earlier.setup.margin, later.setup.margin)
    found = []
    first, second = log_ratios(earlier.samples), log_ratios(later.samples)
    if len(first) > 1 and len(second) > 1:
        figure = f"speed of {later.setup.names[1]} relative to {later.setup.names[0]}"
        found.append(change(figure, first, second, margin))
    for side in (Side.A, Side.B):
        times = [np.log(steady_seconds(run.samples, side)) for run in (earlier, later)]
        if len(times[0]) > 1 and len(times[1]) > 1:
            figure = f"time of a call of {later.setup.name(side)}"
            found.append(change(figure, times[0], times[1], margin))
    different = tuple(circumstances(earlier, later))
    return RunComparison(tuple(found), different, answer(found, different))


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
    ]


def answer(changes: list[Change], different: tuple[Difference, ...]) -> str:
    """Whether the later run differs, one sentence."""
    because = ""
    if different:
        because = f" Not the same in both: {', '.join(one.what for one in different)}."
    if not changes:
        return f"The runs have no figures to compare.{because}"
    changed = [
        f"the {one.figure} is {one.ratio.value:.2f} times what it was "
        f"({one.ratio.low:.2f}-{one.ratio.high:.2f})"
        for one in changes
        if one.differs
    ]
    if changed:
        return f"The later run differs: {'; '.join(changed)}.{because}"
    if all(one.same for one in changes):
        return f"The later run does not differ from the earlier one.{because}"
    return (
        "It cannot be told whether the later run differs: a run was too noisy or too short."
        f"{because}"
    )
