"""Plan the batches of a forecast."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.planning import MOST_PADDING, BatchLimit, PatchSizes, Sizes

PATCHES = PatchSizes(history=16, forecast=16, longest=64, context=1024)


def sizes_of(lengths: list[int], rows: list[int] | None = None, horizon: int = 24) -> Sizes:
    steps = np.array(lengths)
    counts = np.ones_like(steps) if rows is None else np.array(rows)
    return Sizes(steps, counts, PATCHES.patches(steps, horizon))


def test_that_patches_are_those_of_history_and_horizon_and_one_between() -> None:
    assert PATCHES.patches(np.array([1, 16, 17, 512]), 24).tolist() == [4, 4, 5, 35]
    assert PATCHES.patches(np.array([512, 900]), 130).tolist() == [45, 69]


def test_that_a_number_of_rows_fills_batches_longest_first() -> None:
    sizes = sizes_of([30, 500, 40, 500, 10], [1, 1, 2, 1, 1])
    assert sizes.plan(BatchLimit(rows=3)) == [[1, 3], [2, 0], [4]]


def test_that_an_item_beyond_the_limit_is_a_batch_of_its_own() -> None:
    sizes = sizes_of([64, 64, 64], [9, 1, 1])
    assert sizes.plan(BatchLimit(rows=4)) == [[0], [1, 2]]
    assert sizes.plan(BatchLimit(tokens=20)) == [[0], [1, 2]]


def test_that_the_last_batch_is_about_as_large_as_the_others() -> None:
    sizes = sizes_of([512] * 65)
    assert [len(batch) for batch in sizes.plan(BatchLimit(tokens=64 * 35))] == [33, 32]


def test_that_series_of_other_lengths_share_no_batch_with_much_padding() -> None:
    sizes = sizes_of([8192] * 10 + [64] * 10)
    batches = sizes.plan(BatchLimit(tokens=2240))
    assert [item for batch in batches for item in batch] == list(range(20))
    assert all(len({sizes.lengths[item] for item in batch}) == 1 for batch in batches)


@given(
    st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 6)), min_size=1, max_size=60),
    st.integers(1, 3000),
)
def test_that_every_item_is_in_one_batch_within_the_limit(
    items: list[tuple[int, int]], tokens: int
) -> None:
    lengths, rows = map(list, zip(*items, strict=True))
    sizes = sizes_of(lengths, rows)
    batches = sizes.plan(BatchLimit(tokens=tokens))
    assert sorted(item for batch in batches for item in batch) == list(range(len(items)))
    for batch in batches:
        held = sizes.tokens_of(batch)
        own = int((sizes.rows[batch] * sizes.patches[batch]).sum())
        assert len(batch) == 1 or held <= tokens
        assert len(batch) == 1 or held - own <= MOST_PADDING * tokens


def test_that_rows_that_the_model_copies_count_for_the_tokens_and_not_for_the_rows() -> None:
    sizes = dataclasses.replace(sizes_of([512] * 40), copies=9)
    assert sizes.tokens == 9 * 40 * 35
    assert [len(batch) for batch in sizes.plan(BatchLimit(tokens=90 * 35))] == [10] * 4
    assert [len(batch) for batch in sizes.plan(BatchLimit(rows=20))] == [20, 20]
    assert sizes.tokens_of([0, 1]) == 18 * 35


@pytest.mark.parametrize(("tokens", "expected"), [(None, 100), (50, 50), (400, 100)])
def test_that_the_smaller_of_two_limits_holds(tokens: int | None, expected: int) -> None:
    assert BatchLimit(tokens=100).within(tokens).tokens == expected
    assert BatchLimit(rows=3).within(tokens) == BatchLimit(3, tokens)
