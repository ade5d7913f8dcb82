import csv
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import load
from engine.data.series import Series

ALIASES = ["h", "D", "15min", "W-SUN", "MS", "ME", "YS", "10s"]
NAMES = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc", "Zs", "Zl"]),
    min_size=1,
    max_size=12,
)
VALUES = st.one_of(st.just(float("nan")), st.floats(-1e9, 1e9).map(lambda value: round(value, 6)))


@dataclass(frozen=True)
class CsvStyle:
    delimiter: str
    decimal: str
    encoding: str
    line_end: str
    quoting: int


STYLES = st.builds(
    lambda marks, *rest: CsvStyle(*marks, *rest),
    st.sampled_from([(",", "."), (";", ","), (";", "."), ("\t", ","), ("|", ".")]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)


@st.composite
def series_lists(draw: st.DrawFn) -> list[Series]:
    alias = draw(st.sampled_from(ALIASES))
    found = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=4, unique=True)):
        values = draw(st.lists(VALUES, min_size=6, max_size=20))
        values[:3] = [1.5, -2.25, 1000.0]
        start = draw(st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2030-01-01")))
        stamps = pd.date_range(
            pd.Timestamp(start).floor("D"), periods=len(values), freq=alias, unit="ns"
        )
        found.append(Series(name, np.array([values]), stamps.to_numpy(), alias))
    return found


def write(path: Path, series: list[Series], style: CsvStyle, shuffle: random.Random) -> None:
    rows = [
        [
            str(stamp),
            one.item_id,
            "" if np.isnan(value) else repr(float(value)).replace(".", style.decimal),
        ]
        for one in series
        if one.timestamps is not None
        for stamp, value in zip(one.timestamps, one.targets[0], strict=True)
    ]
    first = {one.item_id: index for index, one in enumerate(series)}
    heads = [next(row for row in rows if row[1] == name) for name in first]
    rest = [row for row in rows if row not in heads]
    shuffle.shuffle(rest)
    with path.open("w", newline="", encoding=style.encoding) as file:
        writer = csv.writer(
            file,
            delimiter=style.delimiter,
            lineterminator=style.line_end,
            quoting=style.quoting,  # type: ignore[arg-type]
        )
        writer.writerows([["timestamp", "item_id", "value"], *heads, *rest])


@settings(deadline=None, max_examples=120)
@given(series_lists(), STYLES, st.randoms(use_true_random=False))
def test_that_any_series_survive_a_round_trip_in_any_style(
    series: list[Series], style: CsvStyle, shuffle: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        write(path, series, style, shuffle)
        loaded = load(path)
    assert [one.item_id for one in loaded.series] == [one.item_id for one in series]
    for one, expected in zip(loaded.series, series, strict=True):
        np.testing.assert_allclose(one.targets, expected.targets, rtol=1e-14)
        np.testing.assert_array_equal(one.timestamps, expected.timestamps)
        assert one.frequency == expected.frequency
