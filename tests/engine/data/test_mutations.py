"""Damaged files give series or an error with a sentence, nothing else."""

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import UserError
from engine.data import ReadOptions, describe, load
from tests.support.csv_corpus import BAD, GOOD, Bad, Good
from tests.support.sound_series import check_sound

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
            check_sound(load(path, options))
        with suppress(UserError):
            describe(path, options)
