from itertools import combinations, product

import pytest

from engine.validation.suite.covering import Row, covering_rows
from engine.validation.suite.shapes import Limits, covering_shapes

FACTORS = {"a": (1, 2, 3), "b": ("x", "y"), "c": (1, 2, 3, 4), "d": ("p", "q", "r")}


def allowed(row: Row) -> bool:
    """Refuse a pair, and whatever is left of a triple."""
    return not (row.get("a") == 1 and row.get("b") == "x") and not (
        row.get("a") == 2 and row.get("c") == 4 and row.get("d") == "r"
    )


@pytest.mark.parametrize("strength", [2, 3])
def test_that_every_combination_that_can_be_in_a_row_is_in_one(strength: int) -> None:
    rows = covering_rows(FACTORS, strength, allowed, seed=1)
    every = [dict(zip(FACTORS, values, strict=True)) for values in product(*FACTORS.values())]
    possible = [row for row in every if allowed(row)]
    assert all(row in possible for row in rows)
    for names in combinations(FACTORS, strength):
        wanted = {tuple(row[name] for name in names) for row in possible}
        assert {tuple(row[name] for name in names) for row in rows} == wanted
    assert len(rows) < len(possible)


def test_that_the_rows_are_the_same_every_time() -> None:
    assert covering_rows(FACTORS, 2, allowed, 7) == covering_rows(FACTORS, 2, allowed, 7)


def test_that_every_pair_of_shape_values_that_is_small_enough_is_in_a_shape() -> None:
    limits = Limits(context=2048, horizon=256, quantiles=21)
    rows = covering_rows(limits.factors, 2, limits.allow, seed=42)
    held = {pair for row in rows for pair in combinations(sorted(row.items()), 2)}
    for (first, firsts), (second, seconds) in combinations(sorted(limits.factors.items()), 2):
        for one, other in product(firsts, seconds):
            if ((first, one), (second, other)) not in held:
                assert not can_be_completed({first: one, second: other}, limits)


def can_be_completed(row: Row, limits: Limits) -> bool:
    """Say whether some values of the other factors give an allowed shape, by trying all."""
    if not limits.allow(row):
        return False
    others = [name for name in limits.factors if name not in row]
    if not others:
        return True
    name = others[0]
    return any(can_be_completed({**row, name: value}, limits) for value in limits.factors[name])


def test_that_shapes_reach_every_listed_size() -> None:
    shapes = covering_shapes(Limits(context=2048, horizon=256, quantiles=21))
    assert {shape.context for shape in shapes} == {1, 15, 16, 17, 128, 511, 512, 513, 2048}
    assert {shape.horizon for shape in shapes} == {1, 16, 17, 64, 256, 272}
    assert {1, 2, 3, 16, 17, 63, 64, 65, 256, 1000} <= {shape.rows for shape in shapes}
    for shape in shapes:
        series = shape.case().series
        assert series.rows == shape.rows
        assert max(one.length for one in series.series) == shape.context
