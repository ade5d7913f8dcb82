"""What hostile names do to the terminal."""

from io import StringIO

import pandas as pd
import pytest
from rich.progress import Progress
from rich.table import Table

from engine.base.findings import Finding, Severity
from engine.forecast.command import preview
from engine.terminal import console

HOSTILE = "a\x1b[2J\x9b1m\u202eb\rc\nerror: d"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    text = StringIO()
    terminal = console.Terminal(
        file=text, markup=False, highlight=False, soft_wrap=True, color_system=None, width=200
    )
    monkeypatch.setattr(console, "messages", terminal)
    return text


def assert_harmless(text: str) -> None:
    assert not {"\x1b", "\x9b", "\u202e", "\r"} & set(text)


def test_that_a_finding_shows_control_characters_as_escapes(shown: StringIO) -> None:
    console.notice(Finding(Severity.WARNING, "x", "Bad names.", where=(HOSTILE,)))
    assert_harmless(shown.getvalue())
    assert "\\x1b[2J" in shown.getvalue()
    assert shown.getvalue().count("\n") == 1


def test_that_a_name_cannot_forge_another_message(shown: StringIO) -> None:
    console.complain(f"There is no file {HOSTILE}.", "Check its name.")
    assert_harmless(shown.getvalue())
    assert "\nerror:" not in shown.getvalue()


def test_that_a_table_of_names_shows_escapes(shown: StringIO) -> None:
    table = Table(HOSTILE)
    table.add_row(HOSTILE)
    console.messages.print(table)
    assert_harmless(shown.getvalue())


def test_that_the_preview_of_a_forecast_keeps_a_row_on_its_line(shown: StringIO) -> None:
    console.messages.print(preview(pd.DataFrame({"item_id": [HOSTILE], "0.5": [1.0]})))
    assert_harmless(shown.getvalue())
    assert len(shown.getvalue().splitlines()) == 2


def test_that_rich_still_controls_the_terminal() -> None:
    text = StringIO()
    terminal = console.Terminal(file=text, force_terminal=True, width=80)
    with Progress(console=terminal, transient=True) as bar:
        bar.add_task("Loading", total=2)
    assert "\x1b[" in text.getvalue()
