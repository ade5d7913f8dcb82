from pathlib import Path

import numpy as np
import pytest

import resources.samples
from engine.data import load
from resources.samples.generate import write_samples

SAMPLES = Path(next(iter(resources.samples.__path__)))
NAMES = ["hourly", "messy", "ohlc_daily", "retail_counts"]


@pytest.mark.parametrize("name", NAMES)
def test_that_the_generator_makes_the_shipped_samples(name: str, tmp_path: Path) -> None:
    write_samples(tmp_path)
    made, shipped = load(tmp_path / f"{name}.csv"), load(SAMPLES / f"{name}.csv")
    assert made.findings == shipped.findings
    for one, other in zip(made.series, shipped.series, strict=True):
        assert one.item_id == other.item_id
        # The last digit of a sine may differ between machines.
        np.testing.assert_allclose(one.targets, other.targets, atol=0.011)


def test_that_the_samples_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.glob("*.csv")) < 600_000


def test_that_the_hourly_sample_has_four_whole_series() -> None:
    loaded = load(SAMPLES / "hourly.csv")
    assert [one.item_id for one in loaded.series] == ["north", "south", "harbour", "campus"]
    assert {(one.length, one.frequency) for one in loaded.series} == {(1008, "h")}
    assert loaded.findings == ()


def test_that_the_price_sample_has_four_targets_and_holidays() -> None:
    loaded = load(SAMPLES / "ohlc_daily.csv")
    assert loaded.target_names == ("open", "high", "low", "close")
    assert loaded.past_covariate_names == ("volume",)
    assert {one.frequency for one in loaded.series} == {"B"}
    lark = loaded.series[0]
    assert np.isnan(lark.targets).any()
    opened, high, low, close = lark.targets[:, ~np.isnan(lark.targets[0])]
    assert (high >= np.maximum(opened, close)).all()
    assert (low <= np.minimum(opened, close)).all()


def test_that_the_retail_sample_knows_four_weeks_of_prices() -> None:
    loaded = load(SAMPLES / "retail_counts.csv")
    assert loaded.target_names == ("sales",)
    assert loaded.known_covariate_names == ("price", "promotion")
    for one in loaded.series:
        assert one.known_covariates.shape == (2, one.length + 28)
        assert not np.isnan(one.known_covariates).any()


def test_that_the_messy_sample_shows_fourteen_kinds_of_problem() -> None:
    loaded = load(SAMPLES / "messy.csv")
    assert [one.item_id for one in loaded.series] == ["river", "brook", "spring", "well"]
    assert len(loaded.findings) == 14
    assert all(finding.done or finding.remedy for finding in loaded.findings)
