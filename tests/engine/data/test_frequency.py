import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.errors import UserError
from engine.data import Series, future_timestamps
from engine.data.frequency import infer_frequency, parse_frequency
from engine.data.frequency_words import frequency_in_words
from engine.data.future import all_future_timestamps

ALIASES = [
    "h", "D", "15min", "s", "B", "W-SUN", "W-WED", "2W-MON", "MS", "ME", "QS", "QS-FEB", "QE",
    "QE-JAN", "YS", "YS-APR", "YE", "YE-JUN", "2MS", "6h", "4D",
]  # fmt: skip
STARTS = st.datetimes(pd.Timestamp("1950-01-01"), pd.Timestamp("2050-01-01"))


def series(stamps: pd.DatetimeIndex, alias: str | None) -> Series:
    times = stamps.to_numpy().astype("datetime64[ns]")
    return Series("a", np.zeros((1, len(times))), times, alias)


@pytest.mark.parametrize("alias", ALIASES)
@given(start=STARTS, history=st.integers(12, 40), horizon=st.integers(1, 40))
def test_that_future_timestamps_match_pandas(
    alias: str, start: pd.Timestamp, history: int, horizon: int
) -> None:
    stamps = pd.date_range(start, periods=history + horizon, freq=alias, unit="ns")
    future = future_timestamps(series(stamps[:history], alias), horizon)
    assert future is not None
    assert future.dtype == np.dtype("datetime64[ns]")
    np.testing.assert_array_equal(future, stamps[history:].to_numpy())


@pytest.mark.parametrize("alias", ALIASES)
@given(start=STARTS, length=st.integers(12, 40))
def test_that_a_regular_frequency_is_inferred(alias: str, start: pd.Timestamp, length: int) -> None:
    stamps = pd.date_range(start, periods=length, freq=alias, unit="ns").to_numpy().view(np.int64)
    found = infer_frequency(stamps, np.diff(stamps))
    assert found is not None
    assert found == parse_frequency(found.alias)
    np.testing.assert_array_equal(found.advance(stamps[:1], np.arange(length)), stamps)
    if alias not in {"QS", "QS-FEB", "QE", "QE-JAN", "4D"}:
        assert found.alias == alias


@pytest.mark.parametrize(
    ("alias", "zone"),
    [("MS", "Europe/Paris"), ("ME", "Asia/Tokyo"), ("B", "Europe/Paris"), ("B", "Asia/Tokyo"),
     ("QS", "America/New_York"), ("B", "America/New_York"), ("YS", "Australia/Sydney")],
)  # fmt: skip
def test_that_calendar_days_are_those_of_the_local_zone(alias: str, zone: str) -> None:
    local = pd.date_range("2023-05-01", periods=30, freq=alias, tz=zone, unit="ns")
    utc = local.tz_convert("UTC").tz_localize(None)
    future = future_timestamps(series(utc[:20], alias), 10)
    assert future is not None
    error = np.abs(future - utc[20:].to_numpy())
    # Summer time may begin or end between the history and the future.
    assert (error <= np.timedelta64(1, "h")).all()


def test_that_nothing_follows_a_series_without_timestamps_or_frequency() -> None:
    assert future_timestamps(Series("a", np.zeros((1, 3))), 4) is None
    assert future_timestamps(series(pd.date_range("2024-01-01", periods=1), None), 4) is None


def test_that_the_future_begins_after_the_last_observation() -> None:
    stamps = pd.date_range("2024-01-01", periods=3, freq="D", unit="ns").to_numpy()
    one = Series("a", np.zeros((1, 3)), stamps, "D", known_covariates=np.zeros((1, 5)))
    future = future_timestamps(one, 2)
    assert future is not None
    np.testing.assert_array_equal(future, np.array(["2024-01-04", "2024-01-05"], "datetime64[ns]"))


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("D", "daily"),
        ("1D", "daily"),
        ("15min", "every 15 minutes"),
        ("W-SUN", "weekly"),
        ("2W-MON", "every 2 weeks"),
        ("QE-JAN", "quarterly"),
        ("17ns", "every 17ns"),
    ],
)
def test_that_a_frequency_is_put_into_words(alias: str, words: str) -> None:
    assert frequency_in_words(alias) == words


@pytest.mark.parametrize("alias", ALIASES)
def test_that_every_inferred_frequency_has_words(alias: str) -> None:
    assert frequency_in_words(alias) != f"every {alias}"


@pytest.mark.parametrize("alias", ["h", "D", "B", "MS", "YE"])
def test_that_timestamps_beyond_the_year_2262_are_an_error(alias: str) -> None:
    stamps = pd.date_range("2250-01-01", periods=20, freq="D")
    with pytest.raises(UserError, match="lie beyond the year 2262"):
        future_timestamps(series(stamps, alias), 10_000_000)


def test_that_many_series_have_the_timestamps_of_each() -> None:
    many = [
        series(pd.date_range("2024-01-31", periods=9, freq=alias), alias)
        for alias in ("h", "ME", "h", "B")
    ]
    many.insert(1, Series("none", np.zeros((1, 3))))
    for one, found in zip(many, all_future_timestamps(many, 5), strict=True):
        np.testing.assert_array_equal(found, future_timestamps(one, 5))
