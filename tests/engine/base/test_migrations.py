"""Documents of older versions, and what of them has other names today."""

from pathlib import Path

import pytest

from engine.base.codec import from_json, pack, to_json, unpack
from engine.base.migrations import (
    Migration,
    NewerVersionError,
    Plain,
    migrated,
    newest,
    with_fields_renamed,
    with_values_replaced,
)


def add(name: str) -> Migration:
    def migration(document: Plain) -> Plain:
        return {**document, name: len(document)}

    return migration


STEPS = (add("second"), add("third"))


@pytest.mark.parametrize(
    ("version", "expected"),
    [(1, {"second": 0, "third": 1}), (2, {"third": 0}), (3, {})],
)
def test_that_every_later_migration_is_applied_in_order(version: int, expected: Plain) -> None:
    assert newest(STEPS) == 3
    assert migrated({}, version, STEPS) == expected


def test_that_there_is_no_way_from_a_newer_version_or_from_none() -> None:
    with pytest.raises(NewerVersionError, match="version 4 is newer than 3"):
        migrated({}, 4, STEPS)
    with pytest.raises(ValueError, match="there is no version 0"):
        migrated({}, 0, STEPS)


def test_that_fields_are_renamed_by_their_path_and_nothing_else_changes() -> None:
    document = {
        "samples": [{"place": 1, "split": {"framing": 2.0}}, {"place": 3, "split": None}],
        "place": "stays",
        "setup": {"samples": 4},
    }
    names = {
        "samples": "calls",
        "samples.place": "input_index",
        "samples.split.framing": "postprocessing",
    }
    assert with_fields_renamed(document, names) == {
        "calls": [
            {"input_index": 1, "split": {"postprocessing": 2.0}},
            {"input_index": 3, "split": None},
        ],
        "place": "stays",
        "setup": {"samples": 4},
    }


def test_that_values_are_replaced_in_every_field_of_the_name() -> None:
    document = {"side": "half", "calls": [{"side": "a"}, {"side": "half", "name": "half"}]}
    assert with_values_replaced(document, {"side": {"half": "bfloat16"}}) == {
        "side": "bfloat16",
        "calls": [{"side": "a"}, {"side": "bfloat16", "name": "half"}],
    }


@pytest.mark.parametrize("name", ["/data/a b.csv", "a.csv", "/data/\udcff %41.csv", "file:/a"])
def test_that_every_path_survives_both_encodings(name: str) -> None:
    assert from_json(Path, to_json(Path(name))) == Path(name)
    assert unpack(Path, pack(Path(name))) == Path(name)
