"""A run with its figures and its verdict."""

from dataclasses import dataclass
from typing import Self

from engine.benchmark.judging.summary import Summary, summarise
from engine.benchmark.judging.verdict import Verdict, judge
from engine.benchmark.measurements import Run


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A run with its figures and its verdict.

    Attributes:
        run: The run.
        summary: Its figures.
        verdict: Its verdict.
    """

    run: Run
    summary: Summary
    verdict: Verdict

    @classmethod
    def of(cls, run: Run) -> Self:
        """Summarise a run and judge it."""
        summary = summarise(run)
        return cls(run, summary, judge(run, summary))
