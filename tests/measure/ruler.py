"""Check the benchmark itself: plant known differences, and count the verdicts.

Run by hand, in the root of the repository, on a machine with nothing else to do:
`OMP_NUM_THREADS=1 python -m tests.measure.ruler [RUNS]`. Prints the README's tables.

Both sides are the demo model on the sample data. The planted difference is idle work within the
eager forward, in proportion to the processor time of the call so far. The true ratio therefore
depends neither on the machine nor on its load. Rounds, figures and verdict are the program's own.
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
        name: Its name in the table.
        a: Idle work of A, as a share of a call.
        b: Idle work of B, as a share of a call.
        right: The right answer.
    """

    name: str
    a: float
    b: float
    right: Answer

    @property
    def truth(self) -> float:
        """Return the true speed of B relative to A."""
        return (1 + self.a) / (1 + self.b)


PLANTED = (
    Planted("A/A: eager against itself", 0.0, 0.0, Answer.NO_DIFFERENCE),
    Planted("B slowed by 5 %", 0.0, 0.05, Answer.A_FASTER),
    Planted("B faster by 20 %", 0.2, 0.0, Answer.B_FASTER),
)
AS_IT_IS = "compiled against eager, as it is"


class PlantedHere(Here):
    """Two eager sides, with idle work planted in the forward of each call.

    The forward does not see the part of a call after it. Dividing the idle work by the usual share
    of a call before that part, measured beforehand, makes up for it.
    """

    def __init__(
        self, model: LoadedModel, workload: Workload, planted: Planted, seen: float
    ) -> None:
        super().__init__(
            Forecaster(model, EAGER, silent), Forecaster(model, EAGER, silent), workload
        )
        self._model = model
        self._shares = {Side.A: planted.a / seen, Side.B: planted.b / seen}

    def call(self, side: Side, input: int) -> CallTiming:  # noqa: A002  as in `Caller`
        with slowed(self._model, self._shares[side]):
            return super().call(side, input)


@contextmanager
def slowed(model: LoadedModel, share: float) -> Iterator[None]:
    """Make the model's forward take longer by a share of the whole call."""
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
    """Return the share of a call's processor time that has passed when its forward ends."""
    module: Any = model.pipeline.model
    eager = Forecaster(model, EAGER, silent)
    forward, caller = module.forward, Here(eager, eager, workload)
    shares, ended = [], 0.0

    def timed(*arguments: Any, **options: Any) -> Any:
        nonlocal ended
        result = forward(*arguments, **options)
        ended = thread_time()
        return result

    module.forward = timed
    for number in range(CALIBRATING_CALLS):
        began = thread_time()
        caller.call(Side.A, number % INPUTS)
        shares.append((ended - began) / (thread_time() - began))
    del module.forward
    return median(shares)


def work(seconds: float) -> None:
    """Use up processor time."""
    end = thread_time() + seconds
    while thread_time() < end:
        pass


def one_run(name: str, caller: Here) -> tuple[Answer, Interval]:
    """Return the answer and the ratio of one benchmark."""
    _, summary, verdict = judged(caller, SECONDS, MARGIN)
    if summary.speed is None:
        raise RuntimeError("No round was timed")
    print(name, verdict.answer, summary.speed, file=sys.stderr, flush=True)
    return verdict.answer, summary.speed


def print_table(lines: dict[str, Found]) -> None:
    """Print the table of ratios."""
    truths = {planted.name: planted for planted in PLANTED}
    print(HEADING)
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
    """Yield the verdicts on compiled code that fails, and on a compile that does nothing."""
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
    """Print the tables."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    model = load(EAGER, "cpu")
    workload = Workload(series=load_series(sample()), horizon=24, context_length=2048, device="cpu")
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
    # In alternation too: a bad minute of the machine must not fall on one line.
    lines: dict[str, Found] = {name: [] for name in callers}
    for _ in range(runs):
        for name, caller in callers.items():
            lines[name].append(one_run(name, caller()))
    print_table(lines)


if __name__ == "__main__":
    main()
