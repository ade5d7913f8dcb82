"""Kill workers and programs at random moments of real jobs, and cancel jobs.

Run it as `python -m tests.measure.kills`. Afterwards, nothing that was finished is lost or half
written, no process and no temporary file is left, and the next job works. It fails if one of these
does not hold, or if the 99th percentile of the time that a cancel takes is two seconds or more.
"""

import argparse
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from random import Random
from time import monotonic

import numpy as np

from tests.measure.kills.playground import Playground
from tests.measure.kills.programs import PROGRAMS
from tests.measure.kills.trials import Lives, Plan, Row, Trial, make_plans

LONGEST_CANCEL = 2.0
"""Seconds that the 99th percentile of the cancels may take."""


STOP = threading.Event()
"""Set by an interrupt: no other trial starts, and the figures are printed."""


def run_row(plans: Sequence[Plan], seed: int, lives: Lives) -> tuple[list[Trial], list[str]]:
    """Run plans in folders of their own; return what happened, and what was wrong at the end."""
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        row = Row(Playground(Path(folder, "row")), Random(seed), lives)
        for plan in plans:
            if STOP.is_set():
                break
            trial = row.run(plan)
            trials.append(trial)
            for fault in trial.faults:
                print(f"{trial}: {fault}", flush=True)
            if len(trials) % 20 == 0:
                print(f"{len(trials)} of {len(plans)}", file=sys.stderr, flush=True)
        return trials, row.close()


def report(trials: Sequence[Trial], at_the_end: Sequence[str], seconds: float) -> bool:
    """Print the figures; return whether all is well."""
    kills = [trial for trial in trials if trial.plan.victim != "cancel"]
    cancels = [trial.cancelled_in for trial in trials if trial.cancelled_in is not None]
    for fault in at_the_end:
        print(f"at the end: {fault}")
    for what, names in (
        ("program", [trial.plan.program for trial in trials]),
        ("job", [trial.plan.job for trial in trials]),
        ("victim", [f"{one.plan.number.name} of {one.plan.victim}" for one in kills]),
    ):
        counts = ", ".join(f"{name} {count}" for name, count in Counter(names).most_common())
        print(f"{what}: {counts}")
    faulty = [trial for trial in trials if trial.faults]
    idle = sum(trial.idle for trial in kills)
    print(
        f"{len(kills)} kills ({idle} of an idle program) and {len(cancels)} cancels in "
        f"{seconds:.0f} s: {len(faulty)} with faults, {len(at_the_end)} faults at the end"
    )
    p99 = 0.0
    if cancels:
        p50, p99 = np.quantile(cancels, [0.5, 0.99])
        print(f"cancel: p50 {p50:.2f} s, p99 {p99:.2f} s, max {max(cancels):.2f} s")
    return not faulty and not at_the_end and p99 < LONGEST_CANCEL


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trials."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--cancels", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="rows of trials side by side")
    parser.add_argument("--programs", nargs="+", choices=PROGRAMS, default=list(PROGRAMS))
    chosen = parser.parse_args(arguments)
    # A shell that starts this in the background has programs ignore interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    plans = make_plans(Random(chosen.seed), chosen.kills, chosen.cancels, chosen.programs)
    began = monotonic()
    lives: Lives = {}
    with ThreadPoolExecutor(chosen.workers) as pool:
        rows = [
            pool.submit(run_row, plans[first :: chosen.workers], first, lives)
            for first in range(chosen.workers)
        ]
        try:
            wait(rows)
        except KeyboardInterrupt:
            STOP.set()
    results = [row.result() for row in rows]
    trials = [trial for found, _ in results for trial in found]
    at_the_end = [fault for _, faults in results for fault in faults]
    return 0 if report(trials, at_the_end, monotonic() - began) else 1


if __name__ == "__main__":
    sys.exit(main())
