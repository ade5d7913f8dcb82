"""Compare sets of series."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.data.series import Series, SeriesSet


def hourly() -> SeriesSet:
    """Return one series of four hours with a gap, and a covariate known for two hours more."""
    return SeriesSet(
        (
            Series(
                "shop",
                np.array([[1.0, np.nan, 3.0, 4.0]]),
                np.datetime64("2026-01-01", "ns") + np.arange(4) * np.timedelta64(1, "h"),
                "h",
                known_covariates=np.arange(6.0)[None],
            ),
        ),
        ("sales",),
        known_covariate_names=("price",),
        source="shop.csv",
    )


def with_series(**changes: Any) -> Callable[[SeriesSet], SeriesSet]:
    """Return a change of the only series."""
    return lambda data: replace(data, series=(replace(data.series[0], **changes),))


def test_that_the_same_data_read_twice_are_the_same() -> None:
    assert hourly().same_as(hourly())


@pytest.mark.parametrize(
    "change",
    [
        with_series(item_id="store"),
        with_series(targets=np.array([[1.0, 2.0, 3.0, 4.0]])),
        with_series(timestamps=None),
        with_series(timestamps=np.datetime64("2026-01-02", "ns") + np.arange(4)),
        with_series(known_covariates=np.arange(5.0)[None]),
        lambda data: replace(data, series=data.series * 2),
        lambda data: replace(data, known_covariate_names=("discount",)),
        lambda data: replace(data, source="store.csv"),
        lambda data: replace(data, timezone="UTC"),
    ],
)
def test_that_other_data_are_not_the_same(change: Callable[[SeriesSet], SeriesSet]) -> None:
    assert not hourly().same_as(change(hourly()))
    assert not change(hourly()).same_as(hourly())
