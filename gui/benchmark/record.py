"""What a benchmark has told so far, laid out for plots."""

from dataclasses import dataclass, field

from engine.benchmark.judging.statistics import Interval
from engine.benchmark.judging.summary import Summary
from engine.benchmark.judging.totals import TotalLine, total_lines
from engine.benchmark.judging.verdict import Answer, Refusal, Verdict
from engine.benchmark.measurements import Call, Phase, Run
from engine.benchmark.setup import Setup, Side


@dataclass(slots=True)
class SideTimes:
    """The calls of a side in order.

    Attributes:
        at: Seconds since the benchmark began, when each call ended.
        seconds: Time of each call.
        steady: Times of the steady calls only.
        warm_up_began: When the first call began; None while there is none.
        warm_up_ended: When the last call of warm-up ended.
    """

    at: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    steady: list[float] = field(default_factory=list)
    warm_up_began: float | None = None
    warm_up_ended: float = 0.0

    def add(self, sample: Call) -> None:
        """Adds a call."""
        self.at.append(sample.at)
        self.seconds.append(sample.seconds)
        if sample.phase is Phase.STEADY:
            self.steady.append(sample.seconds)
            return
        if self.warm_up_began is None:
            self.warm_up_began = sample.at - sample.seconds
        self.warm_up_ended = sample.at


@dataclass(slots=True)
class TimingRecord:
    """All that the charts of a benchmark show.

    Attributes:
        names: What the sides are called.
        margin: Ratios within 1 +- this count as no difference.
        sides: The calls of each side.
        speeds: Speed of B relative to A as it was estimated, one by one.
        speeds_at: When, in seconds since the benchmark began.
        lines: Total times; none before they are known.
        paid_back: Forecasts after which the faster side has paid for its start; None where that
            is not known, or the verdict says nothing about it.
        sure: Whether the verdict stands by that figure.
    """

    names: dict[Side, str] = field(default_factory=dict)
    margin: float = 0.0
    sides: dict[Side, SideTimes] = field(default_factory=dict)
    speeds: list[Interval] = field(default_factory=list)
    speeds_at: list[float] = field(default_factory=list)
    lines: tuple[TotalLine, ...] = ()
    paid_back: Interval | None = None
    sure: bool = True

    @classmethod
    def of(cls, run: Run, summary: Summary) -> "TimingRecord":
        """The record of a run that was measured earlier; only its last estimate is known."""
        record = cls()
        record.begin(run.setup)
        for sample in run.calls:
            record.add_sample(sample)
        if summary.speed is not None:
            steady = [sample.at for sample in run.calls if sample.phase is Phase.STEADY]
            record.speeds = [summary.speed, summary.speed]
            record.speeds_at = [steady[0], steady[-1]]
        return record

    def begin(self, setup: Setup) -> None:
        """Takes note of what is compared."""
        self.names = {side: setup.name(side) for side in Side}
        self.margin = setup.margin

    def add_sample(self, sample: Call) -> None:
        """Adds a call."""
        self.sides.setdefault(sample.side, SideTimes()).add(sample)

    def add_speed(self, speed: Interval) -> None:
        """Adds an estimate; it belongs to the moment of the last call."""
        latest = max((times.at[-1] for times in self.sides.values() if times.at), default=0.0)
        self.speeds.append(speed)
        self.speeds_at.append(latest)

    def finish(self, run: Run, summary: Summary, verdict: Verdict) -> None:
        """Takes note of what was known only at the end."""
        self.lines = total_lines(run, summary)
        payback = summary.cold or summary.warm
        self.sure = verdict.answer in (Answer.A_FASTER, Answer.B_FASTER)
        told = self.sure or verdict.refusal is Refusal.TIME
        self.paid_back = payback.calls if payback is not None and told else None
