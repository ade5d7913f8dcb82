"""Figures in sentences: no exponents, and a unit that agrees with its number."""

import math

import pytest

from engine.base.wording import deviations, figure


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.234e-6, "0.0000012"),
        (1e-7, "0.0000001"),
        (9e-8, "less than 0.0000001"),
        (0.0001, "0.0001"),
        (1.57, "1.6"),
        (123456.0, "120000"),
        (math.inf, "infinite"),
        (math.nan, "unknown"),
    ],
)
def test_that_a_figure_has_two_significant_digits_and_no_exponent(value: float, text: str) -> None:
    assert figure(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.2e-6, "0.0000012 standard deviations"),
        (1.0, "1 standard deviation"),
        (9e-8, "less than 0.0000001 standard deviations"),
        (math.inf, "infinite"),
    ],
)
def test_that_a_difference_has_its_unit(value: float, text: str) -> None:
    assert deviations(value) == text
