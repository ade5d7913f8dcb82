"""Text from outside on the terminal."""

import json

import pytest

from engine.base.escaping import (
    printable,
    printable_json,
    printable_lines,
    quoted,
    shortened,
)

HOSTILE = [
    "\x1b]0;title\x07",
    "\x9b2J",
    "\u202etxt",
    "\u2066a",
    "\r",
    "\x7f",
    "\udcff",
    "\U000e0041",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_that_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    for shown in (printable(text), printable_lines(text), shortened(text), quoted(text)):
        assert shown.isascii()
        assert shown.isprintable()


@pytest.mark.parametrize(
    "text", ["Größe", "日本\u3000店", "1\u00a0234", "\u0645\u06cc\u200c\u062e", "👩\u200d🔬"]
)
def test_that_ordinary_text_is_unchanged(text: str) -> None:
    assert printable(text) == shortened(text) == text
    assert quoted(text) == f"'{text}'"


def test_that_a_long_text_is_cut_after_it_was_escaped() -> None:
    assert shortened("abc", 3) == "abc"
    assert shortened("abcd", 3) == quoted("abcd", 3).strip("'") == "abc…"
    assert shortened("\x1b" * 3, 6) == "\\x1b\\x…"


def test_that_quotes_are_not_those_of_the_text() -> None:
    assert quoted("it's") == '"it\'s"'
    assert quoted('5" pipe') == "'5\" pipe'"


def test_that_line_ends_are_escaped_in_names_and_kept_in_lines() -> None:
    assert printable("a\nb\tc") == "a\\nb\\tc"
    assert printable_lines("a\nb\tc") == "a\nb\tc"


@pytest.mark.parametrize("text", ["\x9b2J", "\u202etxt", "\x7f", "\U000e0041"])
def test_that_an_escaped_json_document_means_the_same(text: str) -> None:
    document = printable_json(json.dumps({"id": text}, ensure_ascii=False))
    assert document.isascii()
    assert json.loads(document) == {"id": text}
