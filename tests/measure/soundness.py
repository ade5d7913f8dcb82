"""Count how often the suite's shapes and state checks fail a sound model, for each data type.

A check that fails a sound model is worth nothing. Each run has shapes and series of its own.

Run by hand, in the root of the repository: `python -m tests.measure.soundness`, with `--runs 20`,
`--dtype bfloat16`, `--eager` for a configuration that does not compile, `--most-rows 256` to leave
out the large batches, which take most of the time. Prints a line a run.
"""

import argparse
from collections import Counter
from time import perf_counter

from engine.config.presets import PRESETS
from engine.config.settings import CompileConfig
from engine.model.compiling import forget_compiled_code
from engine.results.judgement import Status
from engine.runtime.context import JobContext
from engine.validation.report import CheckResult
from engine.validation.suite.comparing import compare_case
from engine.validation.suite.shapes import Limits, covering_shapes
from engine.validation.suite.sides import Sides, make_sides
from engine.validation.suite.state import State


def results(sides: Sides, seed: int, most_rows: int) -> list[CheckResult]:
    """Return the results of one run, with shapes of at most `most_rows` rows."""
    shapes = covering_shapes(Limits.of(sides.configured), seed=seed)
    found = [compare_case(sides, shape.case()) for shape in shapes if shape.rows <= most_rows]
    state = State(sides)
    for check in (state.among_other_shapes, state.repeats, state.two_forecasters):
        found += check()
    return found + state.reloaded_model()


def main() -> None:
    """Run the checks on the demo model, and print how each run ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--eager", action="store_true")
    parser.add_argument("--most-rows", type=int, default=1000)
    arguments = parser.parse_args()
    preset = CompileConfig() if arguments.eager else PRESETS["production_compiled"]
    config = preset.replace(dtype=arguments.dtype, small_values="keep")
    sides = make_sides(config, arguments.device, JobContext(lambda _event: None))
    ended = Counter[str]()
    for run in range(1, arguments.runs + 1):
        started = perf_counter()
        forget_compiled_code()
        found = results(sides, run, arguments.most_rows)
        wrong = [one for one in found if one.status in {Status.FAIL, Status.NOT_RUN}]
        ended["failed" if wrong else "passed"] += 1
        closest = max((one.figure or 0) / (one.limit or 1) for one in found)
        print(
            f"run {run}: {len(found)} checks in {perf_counter() - started:.0f} s, "
            f"{len(wrong)} failed, largest figure {closest:.2g} of its limit",
            flush=True,
        )
        for one in wrong:
            print(f"  {one.check}: {one.sentence}")
    print(f"{arguments.dtype}: {dict(ended)}")


if __name__ == "__main__":
    main()
