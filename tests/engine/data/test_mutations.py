"""Damaged files give series or an error with a sentence, nothing else."""

import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import UserError
from engine.data import ReadOptions, describe, load
from tests.support.csv_corpus import BAD, GOOD, Bad, Good

CASES: list[Good | Bad] = [*GOOD, *BAD]
ORIGINALS = [
    (case.content if isinstance(case.content, bytes) else case.content.encode())[:3000]
    for case in CASES
]
SPLINTERS = st.binary(max_size=3) | st.sampled_from(
    [b",", b";", b"\t", b"|", b"\n", b"\r", b'"', b"#", b"\0", b"-", b"x", b"nan", b"inf", b"1e999"]
)
DAMAGE = st.tuples(st.floats(0, 1), st.integers(0, 12), SPLINTERS)
OPTIONS = st.builds(
    ReadOptions,
    delimiter=st.sampled_from([None, None, ",", ";", " "]),
    decimal=st.sampled_from([None, None, ".", ","]),
    layout=st.sampled_from([None, None, "long", "wide", "single", "rows"]),
    frequency=st.sampled_from([None, None, "D", "MS", "B"]),
    day_first=st.sampled_from([None, True, False]),
)


def check_loads(path: Path, options: ReadOptions) -> None:
    loaded = load(path, options)
    assert len(loaded) > 0
    assert len({one.item_id for one in loaded.series}) == len(loaded)
    for one in loaded.series:
        assert one.targets.shape == (len(loaded.target_names), one.length)
        assert not np.isinf(one.targets).any()
        assert not np.isnan(one.targets).all()
        if one.timestamps is not None:
            assert one.timestamps.shape == (one.length,)
            assert (one.timestamps[1:] > one.timestamps[:-1]).all()
        if loaded.known_covariate_names:
            assert one.known_covariates.shape[1] >= one.length


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(ORIGINALS), st.lists(DAMAGE, max_size=6), OPTIONS)
def test_that_a_damaged_file_gives_series_or_a_sentence(
    content: bytes, damage: list[tuple[float, int, bytes]], options: ReadOptions
) -> None:
    for where, length, splinter in damage:
        position = int(where * len(content))
        content = content[:position] + splinter + content[position + length :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        path.write_bytes(content)
        with suppress(UserError):
            check_loads(path, options)
        with suppress(UserError):
            describe(path, options)
