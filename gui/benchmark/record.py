"""The layout of a benchmark's charts, computed from its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.benchmark.calls import Call, Phase
from engine.benchmark.judging.statistics import Interval
from engine.benchmark.judging.totals import TotalLine, total_lines
from engine.benchmark.judging.verdict import Answer, Refusal
from engine.benchmark.outcome import BenchmarkOutcome, Judged
from engine.benchmark.setup import Setup, Side


@dataclass(slots=True)
class SideTimes:
    """The calls of a side in order.

    Attributes:
        at: End of each call, in seconds since the benchmark began.
        seconds: Duration of each call.
        steady: Durations of the steady calls only.
        warm_up_began: Start of the first call; None while there is none.
        warm_up_ended: End of the last call of the warm-up.
    """

    at: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    steady: list[float] = field(default_factory=list)
    warm_up_began: float | None = None
    warm_up_ended: float = 0.0

    def add(self, call: Call) -> None:
        """Add a call."""
        self.at.append(call.at)
        self.seconds.append(call.seconds)
        if call.phase is Phase.STEADY:
            self.steady.append(call.seconds)
            return
        if self.warm_up_began is None:
            self.warm_up_began = call.at - call.seconds
        self.warm_up_ended = call.at


@dataclass(slots=True)
class BenchmarkRecord:
    """Everything that the charts of a benchmark show.

    Attributes:
        names: The names of the sides.
        margin: Ratios within 1 +- this count as no difference.
        sides: The calls of each side.
        speeds: The estimates of the speed of B relative to A, in order.
        speeds_at: Times of the estimates, in seconds since the benchmark began.
        lines: Lines of total time; none before the end.
        earned_back: Calls after which the faster side has earned back its start; None if that is
            not known, or the verdict says nothing about it.
        certain: Whether the verdict states that figure.
    """

    names: dict[Side, str] = field(default_factory=dict)
    margin: float = 0.0
    sides: dict[Side, SideTimes] = field(default_factory=dict)
    speeds: list[Interval] = field(default_factory=list)
    speeds_at: list[float] = field(default_factory=list)
    lines: tuple[TotalLine, ...] = ()
    earned_back: Interval | None = None
    certain: bool = True
    _calls: int = 0

    @classmethod
    def of(cls, judged: Judged) -> "BenchmarkRecord":
        """Return the record of an earlier run; only its last estimate is known."""
        run, summary = judged.run, judged.summary
        record = cls()
        record._begin(run.setup)
        record._add(run.calls)
        if summary.speed is not None:
            steady = [call.at for call in run.calls if call.phase is Phase.STEADY]
            record.speeds = [summary.speed, summary.speed]
            record.speeds_at = [steady[0], steady[-1]]
        return record

    def update(self, outcome: BenchmarkOutcome) -> None:
        """Add what a running benchmark has measured since the last update."""
        if outcome.setup is not None and not self.names:
            self._begin(outcome.setup)
        self._add(outcome.calls[self._calls :])
        for estimate in outcome.estimates[len(self.speeds) :]:
            self.speeds.append(estimate.speed)
            self.speeds_at.append(estimate.at)

    def finish(self, judged: Judged) -> None:
        """Add what is known only at the end."""
        summary, verdict = judged.summary, judged.verdict
        self.lines = total_lines(judged.run, summary)
        payback = summary.payback
        self.certain = verdict.answer in (Answer.A_FASTER, Answer.B_FASTER)
        stated = self.certain or verdict.refusal is Refusal.TIME
        self.earned_back = payback.calls if payback is not None and stated else None

    def _begin(self, setup: Setup) -> None:
        self.names = {side: setup.name(side) for side in Side}
        self.margin = setup.margin

    def _add(self, calls: Sequence[Call]) -> None:
        for call in calls:
            self.sides.setdefault(call.side, SideTimes()).add(call)
        self._calls += len(calls)
