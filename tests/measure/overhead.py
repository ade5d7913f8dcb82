"""Measure the time of a forecast outside the model, on 1,000 series x 512 points.

Run by hand, in the root of the repository: `python -m tests.measure.overhead`.
Prints the time outside the model as a share of the model's own time (target: at most 10 %).
"""

from statistics import median
from time import perf_counter

from engine.model.forecaster import Forecaster
from engine.model.loading import load
from tests.support.making import EAGER, walks

ROUNDS = 7


def main() -> None:
    """Print the share, the median of several rounds."""
    model = load(EAGER, "cpu")
    forecaster = Forecaster(model, EAGER, lambda _event: None)
    in_model = 0.0
    forward = model.pipeline.model.forward

    def timed(*arguments: object, **options: object) -> object:
        nonlocal in_model
        started = perf_counter()
        result = forward(*arguments, **options)
        in_model += perf_counter() - started
        return result

    model.pipeline.model.forward = timed
    series = walks(1000, 512)
    shares = []
    for _ in range(ROUNDS + 1):
        in_model = 0.0
        started = perf_counter()
        forecaster.forecast(series, 24).forecast.to_frame()
        shares.append((perf_counter() - started - in_model) / in_model)
    print(f"outside the model: {median(shares[1:]):.1%} of the model's own time")


if __name__ == "__main__":
    main()
