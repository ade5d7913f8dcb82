"""The samples of a benchmark as CSV."""

import csv
import io

from engine.benchmark.measurements import Run

COLUMNS = (
    "side",
    "name",
    "phase",
    "round",
    "number",
    "input",
    "at",
    "seconds",
    "preprocessing",
    "model",
    "postprocessing",
    "compiled",
)


def as_csv(run: Run) -> str:
    """One line for each call, in order; times in seconds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in run.calls:
        split = one.split
        times = (one.at, one.seconds, split.preprocessing, split.model, split.postprocessing)
        writer.writerow(
            (
                one.side,
                run.setup.name(one.side),
                one.phase,
                one.round,
                one.number,
                one.input,
                *(f"{value:.9g}" for value in times),
                one.compiled,
            )
        )
    return text.getvalue()
