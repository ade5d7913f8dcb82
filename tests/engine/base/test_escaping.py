"""Text from outside on the terminal."""

import json

import pytest

from engine.base.escaping import printable, printable_json, printable_lines

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
    for shown in (printable(text), printable_lines(text)):
        assert shown.isascii()
        assert shown.isprintable()


@pytest.mark.parametrize(
    "text", ["Größe", "日本\u3000店", "1\u00a0234", "\u0645\u06cc\u200c\u062e", "👩\u200d🔬"]
)
def test_that_ordinary_text_is_unchanged(text: str) -> None:
    assert printable(text) == text


def test_that_line_ends_are_escaped_in_names_and_kept_in_lines() -> None:
    assert printable("a\nb\tc") == "a\\nb\\tc"
    assert printable_lines("a\nb\tc") == "a\nb\tc"


@pytest.mark.parametrize("text", ["\x9b2J", "\u202etxt", "\x7f", "\U000e0041"])
def test_that_an_escaped_json_document_means_the_same(text: str) -> None:
    document = printable_json(json.dumps({"id": text}, ensure_ascii=False))
    assert document.isascii()
    assert json.loads(document) == {"id": text}
