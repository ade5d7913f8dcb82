"""Unique names."""

import subprocess
import sys

from engine.data.parsing.names import unique_names

MANY = """
from engine.data.parsing.names import unique_names
unique, repeated = unique_names(["a"] * 300_000)
assert (len(unique), len(repeated)) == (300_000, 299_999)
"""


def test_that_a_number_is_added_to_each_repeat() -> None:
    given = ["a", "a", "a (2)", "a", "b", "a (2)"]
    unique, repeated = unique_names(given)
    assert unique == ["a", "a (2)", "a (2) (2)", "a (3)", "b", "a (2) (3)"]
    assert repeated == ["a", "a (2)", "a", "a (2)"]


def test_that_many_repeats_take_linear_time() -> None:
    subprocess.run([sys.executable, "-c", MANY], check=True, timeout=60)
