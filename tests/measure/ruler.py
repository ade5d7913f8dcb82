"""Measures the measuring: known differences are planted, and the verdicts are counted.

Run by hand, in the root of the repository, on a machine with nothing else to do:
`OMP_NUM_THREADS=1 python -m tests.measure.ruler [RUNS]`. Prints the README's tables.

Both sides are the demo model on the sample data. What is planted is idle work within the eager
forward, in proportion to the processor time that the call took so far, so that the truth does
not depend on the machine, nor on what else it is doing. Everything else is what the program
does: its turns, its figures, its verdict.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import thread_time
from typing import Any

import torch

from engine.benchmark.judging.statistics import Interval
from engine.benchmark.judging.verdict import Answer
from engine.benchmark.measuring.job import Workload
from engine.benchmark.measuring.rounds import INPUTS, CallTiming
from engine.benchmark.setup import Side
from engine.data import load as load_series
from engine.data.samples import sample
from engine.model.compiling import forget_compiled_code
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from tests.support.making import CAPTURED, COMPILED, EAGER
from tests.support.making_sides import Here, failing_at, judged, silent

RUNS = 40
SECONDS = 60.0
MARGIN = 0.02
FAILING_CALL = 20
CALIBRATING_CALLS = 100

HEADING = """\
| planted | true ratio | median | half width | verdicts | interval holds the truth | two agree |
|---|---|---|---|---|---|---|"""

Found = list[tuple[Answer, Interval]]


@dataclass(frozen=True, slots=True)
class Planted:
    """A known difference.

    Attributes:
        name: For the table.
        a: Idle work of A, as a share of a call.
        b: The same of B.
        right: The answer that it should get.
    """

    name: str
    a: float
    b: float
    right: Answer

    @property
    def truth(self) -> float:
        """Speed of B relative to A."""
        return (1 + self.a) / (1 + self.b)


PLANTED = (
    Planted("A/A: eager against itself", 0.0, 0.0, Answer.NO_DIFFERENCE),
    Planted("B slowed by 5 %", 0.0, 0.05, Answer.A_FASTER),
    Planted("B faster by 20 %", 0.2, 0.0, Answer.B_FASTER),
)
AS_IT_IS = "compiled against eager, as it is"


class PlantedHere(Here):
    """Two eager sides, with what is planted in the forward of each call.

    What of a call comes after the forward is not seen there, and is made up for with the share
    that it usually has, measured beforehand.
    """

    def __init__(
        self, model: LoadedModel, workload: Workload, planted: Planted, seen: float
    ) -> None:
        super().__init__(
            Forecaster(model, EAGER, silent), Forecaster(model, EAGER, silent), workload
        )
        self._model = model
        self._shares = {Side.A: planted.a / seen, Side.B: planted.b / seen}

    def call(self, side: Side, place: int) -> CallTiming:
        with slowed(self._model, self._shares[side]):
            return super().call(side, place)


@contextmanager
def slowed(model: LoadedModel, share: float) -> Iterator[None]:
    """A scope in which the model's forward takes longer by a share of the whole call."""
    module: Any = model.pipeline.model
    forward = module.forward
    began = thread_time()

    def forward_and_work(*arguments: Any, **options: Any) -> Any:
        result = forward(*arguments, **options)
        work(share * (thread_time() - began))
        return result

    module.forward = forward_and_work
    try:
        yield
    finally:
        del module.forward


def share_seen(model: LoadedModel, workload: Workload) -> float:
    """The share of a call's processor time that has passed when its forward ends."""
    module: Any = model.pipeline.model
    eager = Forecaster(model, EAGER, silent)
    forward, caller = module.forward, Here(eager, eager, workload)
    shares, ended = [], 0.0

    def noted(*arguments: Any, **options: Any) -> Any:
        nonlocal ended
        result = forward(*arguments, **options)
        ended = thread_time()
        return result

    module.forward = noted
    for number in range(CALIBRATING_CALLS):
        began = thread_time()
        caller.call(Side.A, number % INPUTS)
        shares.append((ended - began) / (thread_time() - began))
    del module.forward
    return median(shares)


def work(seconds: float) -> None:
    """Uses so much processor time, and does nothing with it."""
    end = thread_time() + seconds
    while thread_time() < end:
        pass


def one_run(name: str, caller: Here) -> tuple[Answer, Interval]:
    """A whole benchmark."""
    _, summary, verdict = judged(caller, SECONDS, MARGIN)
    if summary.speed is None:
        raise RuntimeError("No turn was taken")
    print(name, verdict.answer, summary.speed, file=sys.stderr, flush=True)
    return verdict.answer, summary.speed


def print_table(lines: dict[str, Found]) -> None:
    """The table of ratios."""
    truths = {planted.name: planted for planted in PLANTED}
    print(
        "| planted | true ratio | median | half width | verdicts | truth in the interval |", end=""
    )
    print(" two in a row agree |\n|---|---|---|---|---|---|---|")
    for name, found in lines.items():
        planted = truths.get(name)
        count = len(found)
        answers = Counter(answer for answer, _ in found)
        verdicts = ", ".join(f"{times} {answer}" for answer, times in answers.most_common())
        holds = "" if planted is None else sum(one.holds(planted.truth) for _, one in found)
        agree = sum(one[0] is other[0] for one, other in zip(found[::2], found[1::2], strict=False))
        print(
            f"| {name} | {f'{planted.truth:.4f}' if planted else 'not known'} "
            f"| {median(one.value for _, one in found):.4f} "
            f"| {100 * median(one.half_width for _, one in found):.2f} % | {verdicts} "
            f"| {f'{holds} of {count}' if planted else ''} | {agree} of {count // 2} |"
        )


def faults(model: LoadedModel, workload: Workload) -> Iterator[tuple[str, str]]:
    """What is said of compiled code that fails, and of a compile that does nothing."""
    eager = Forecaster(model, EAGER, silent)
    forget_compiled_code()
    # One graph for the whole encoder, so that its runs are calls.
    whole = CAPTURED.replace(scope="encoder")
    broken = Forecaster(model, whole, silent, backend=failing_at(FAILING_CALL))
    verdict = judged(Here(eager, broken, workload), SECONDS, MARGIN)[2]
    yield f"compiled code that fails in call {FAILING_CALL}", verdict.sentence
    forget_compiled_code()
    torch.compiler.set_stance("force_eager")
    idle = Forecaster(model, whole, silent)
    verdict = judged(Here(eager, idle, workload), SECONDS, MARGIN)[2]
    torch.compiler.set_stance("default")
    yield "a compile that does nothing", verdict.sentence


def main() -> None:
    """Prints the tables."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    model = load(EAGER, "cpu")
    workload = Workload(series=load_series(sample()), horizon=24, context_length=None, device="cpu")
    seen = share_seen(model, workload)
    for name, sentence in faults(model, workload):
        print(f"- {name}: {sentence}", flush=True)
    print(f"share of a call seen when its forward ends: {seen:.3f}", file=sys.stderr)
    forget_compiled_code()
    compiled = Forecaster(model, COMPILED, silent)
    callers: dict[str, Callable[[], Here]] = {
        planted.name: lambda planted=planted: PlantedHere(model, workload, planted, seen)  # type: ignore[misc]
        for planted in PLANTED
    }
    callers[AS_IT_IS] = lambda: Here(Forecaster(model, EAGER, silent), compiled, workload)
    # In turns here too: a bad minute of the machine must not fall on one line.
    lines: dict[str, Found] = {name: [] for name in callers}
    for _ in range(runs):
        for name, caller in callers.items():
            lines[name].append(one_run(name, caller()))
    print_table(lines)


if __name__ == "__main__":
    main()
