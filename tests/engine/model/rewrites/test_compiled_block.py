"""A fused block for torch.compile, in parts whose shapes need few graphs."""

import numpy as np

from engine.data.series import Series, SeriesSet
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from tests.support.making import CAPTURED, EAGER, walks

FUSED = CAPTURED.replace(encoder="fused")


def grouped(targets: int, covariates: int, items: int = 3) -> SeriesSet:
    """Return items of some rows, of several lengths, with a missing patch."""
    generator = np.random.default_rng(targets)
    series = []
    for number in range(items):
        length = 90 + 20 * number
        values = generator.standard_normal((targets, length))
        values[:, 20:60] = np.nan
        past = generator.standard_normal((covariates, length))
        series.append(Series(f"item {number}", values, past_covariates=past))
    names = tuple(f"target {number}" for number in range(targets))
    return SeriesSet(tuple(series), names, ("past",) * covariates)


def test_that_groups_of_any_size_need_no_graphs_of_their_own() -> None:
    model: LoadedModel = load(FUSED, "cpu")
    compiled = Forecaster(model, FUSED, lambda _event: None)
    eager = Forecaster(model, EAGER.replace(encoder="fused"), lambda _event: None)
    graphs = []
    cases = [walks(8, 64), walks(1, 64), *(grouped(n, m) for n in (1, 2, 3, 5) for m in (0, 1, 2))]
    for case in cases:
        found, expected = compiled.forecast(case, 16), eager.forecast(case, 16)
        assert found.compiled
        assert found.proof is not None
        graphs.append(found.proof.graphs)
        for mine, theirs in zip(found.forecast.items, expected.forecast.items, strict=True):
            np.testing.assert_allclose(mine.values, theirs.values, rtol=1e-4, atol=1e-4)
    # Alone: several rows, one row, and with missing patches. In groups: before and after them.
    assert graphs[-1] == 5


def test_that_many_forecasters_of_one_process_stay_compiled() -> None:
    model = load(FUSED, "cpu")
    for _ in range(12):
        forecaster = Forecaster(model, FUSED, lambda _event: None)
        assert forecaster.forecast(walks(4, 64), 8).compiled
        assert forecaster.forecast(walks(1, 64), 8).compiled
        assert forecaster.fallback_cause is None
