from pathlib import Path

import numpy as np
import pytest

from engine.base.errors import UserError
from engine.data import describe, load
from tests.support.csv_corpus import BAD, GOOD, Bad, Good


def write(folder: Path, case: Good | Bad) -> Path:
    path = folder / case.file
    path.write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())
    return path


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_that_a_valid_file_gives_exactly_these_series(case: Good, tmp_path: Path) -> None:
    loaded = load(write(tmp_path, case), case.options)
    assert [one.item_id for one in loaded.series] == list(case.items)
    for one, values in zip(loaded.series, case.items.values(), strict=True):
        np.testing.assert_array_equal(one.targets, np.atleast_2d(values))
        assert one.frequency == case.frequency
        assert one.timestamps is None or one.timestamps.shape == (one.length,)
    first = loaded.series[0].timestamps
    assert (first is None) == (case.start is None)
    assert first is None or first[0] == np.datetime64(str(case.start))
    assert loaded.target_names == case.targets
    assert (loaded.past_covariate_names, loaded.known_covariate_names) == case.covariates
    assert loaded.timezone == case.timezone
    found = [f"{one.what} ({', '.join(one.where)})" for one in loaded.findings]
    assert len(found) == len(case.findings), found
    for sentence, part in zip(found, case.findings, strict=True):
        assert part in sentence


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_that_an_invalid_file_gives_a_sentence_with_a_remedy(case: Bad, tmp_path: Path) -> None:
    path = write(tmp_path, case)
    with pytest.raises(UserError) as error:
        load(path, case.options)
    assert error.value.sentence == case.sentence
    assert error.value.remedy


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_that_describe_and_load_agree_on_a_small_file(case: Good, tmp_path: Path) -> None:
    path = write(tmp_path, case)
    if path.stat().st_size < 50_000:
        assert describe(path, case.options) == load(path, case.options).reading


def test_that_the_corpus_has_sixty_files() -> None:
    assert len(GOOD) + len(BAD) >= 60
