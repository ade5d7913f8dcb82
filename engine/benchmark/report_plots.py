"""The plots of a benchmark."""

import numpy as np

from engine.benchmark.calls import CacheState, Phase
from engine.benchmark.judging.statistics import log_ratios
from engine.benchmark.judging.summary import Summary
from engine.benchmark.judging.totals import total_lines
from engine.benchmark.measurements import Run
from engine.benchmark.setup import Side
from engine.reports.svg import Curve, Dots, Layer, Level, chart

CLASSES = {Side.A: "eager", Side.B: "compiled"}
"""Classes of the page that colour the sides."""


def calls_plot(run: Run) -> str:
    """Draw every call at its time, without first calls, which dwarf the others."""
    layers: list[Layer] = []
    for side, css_class in CLASSES.items():
        mine = [one for one in run.calls if one.side is side and one.phase is not Phase.FIRST]
        at, seconds = (np.array([getattr(one, name) for one in mine]) for name in ("at", "seconds"))
        layers.append(Dots(css_class, run.setup.name(side), at, 1000 * seconds))
    return chart("Time of each call", layers, "Time since start (s)", "Time per call (ms)")


def rounds_plot(run: Run, summary: Summary) -> str:
    """Draw the ratio of every round, and the ratio of all rounds with its interval."""
    ratios = np.exp(log_ratios(run.calls))
    rounds = np.arange(1, len(ratios) + 1, dtype=np.float64)
    layers: list[Layer] = [Dots("history", "round of four calls", rounds, ratios)]
    if summary.speed is not None:
        layers += [
            Level("compiled", "all rounds, with 95 % interval", summary.speed.value),
            Level("compiled", "", summary.speed.low),
            Level("compiled", "", summary.speed.high),
        ]
    layers.append(Level("limit", "equally fast", 1.0))
    names = run.setup.names
    return chart("Speed ratio of each round", layers, "Round", f"Speed of {names[1]} / {names[0]}")


def payback_plot(run: Run, summary: Summary) -> str:
    """Draw the total time over the number of calls; empty if no start has to be earned back."""
    payback = summary.cold
    if payback is None or not np.isfinite(payback.calls.value) or payback.calls.value <= 0:
        return ""
    calls = np.linspace(0, 2 * payback.calls.value, 50)
    layers: list[Layer] = []
    for line in total_lines(run, summary):
        if line.cache is not CacheState.WARM:
            kind, spent = CLASSES[line.side], line.start + calls * line.call
            layers.append(Curve(kind, run.setup.name(line.side), calls, spent, kind == "compiled"))
    return chart("Total time", layers, "Calls since start", "Total time with start (s)")
